import { coreError } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { servicesOf } from '../../delivery/services-of.ts';
import { renderTable } from '../../reporters/render-table.ts';
import { runReporting } from '../run-reporting.ts';
import { judgeService } from './judge-service.ts';
import type { ServiceNeed } from './judge-service.ts';

interface AffectedOptions {
  readonly environment: string;
  readonly services?: string;
  readonly json: boolean;
}

/**
 * The `affected-since-deployed` target: which services an environment does not run as this checkout has them.
 * Fails, and prints no list, when the environment is not set up for one of them: a gap would look like nothing to do.
 */
export default function affectedSinceDeployed(
  { environment, services, json }: AffectedOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const names = namesOf(services, context);
    const needs = await Promise.all(
      names.map((service) =>
        judgeService(service, () => openDelivery(environment, {}, { ...context, projectName: service })),
      ),
    );
    const complete = needs.every(({ needed }) => needed !== null);
    const table = `${render(needs)}\n`;
    (json ? process.stderr : process.stdout).write(table);
    const needed = needs.filter((need) => need.needed === true).map(({ service }) => service);
    if (json && complete) process.stdout.write(`${JSON.stringify(needed)}\n`);
    return complete;
  });
}

function namesOf(services: string | undefined, context: ExecutorContext): string[] {
  const deployed = servicesOf(context);
  if (services === undefined) return deployed;
  const wanted = services.split(',').map((name) => name.trim());
  const strange = wanted.filter((name) => !deployed.includes(name));
  if (strange.length === 0) return wanted;
  throw coreError(
    'OPTIONS_INVALID',
    `services: ${strange.join(', ')} has no deploy target; there are ${deployed.join(', ')}.`,
  );
}

function render(needs: readonly ServiceNeed[]): string {
  const verdict = ({ needed }: ServiceNeed) => (needed === null ? 'not known' : needed ? 'yes' : 'no');
  return renderTable(
    ['service', 'runs', 'would be', 'deploy', 'why'],
    needs.map((need) => [need.service, need.runs, need.wouldBe, verdict(need), need.why]),
  );
}
