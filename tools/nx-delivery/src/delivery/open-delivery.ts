import type { DeployOptions, Ports } from '@ehr/delivery';
import { createRegistry } from '@ehr/registry-client';
import type { ExecutorContext } from '@nx/devkit';
import { createGitSource } from '../ports/git-source.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { createImageGate } from '../ports/image-gate.ts';
import { createNxBuilder } from '../ports/nx-builder.ts';
import { systemClock } from '../ports/system-clock.ts';
import { createTarget } from './create-target.ts';
import { readSettings } from './read-settings.ts';
import { serviceOptions } from './service-options.ts';
import { thisRun } from './this-run.ts';

export interface Delivery {
  readonly options: DeployOptions;
  readonly ports: Ports;
}

/** The service's way into one environment: checked options, and ports to everything a decision or a step needs. */
export async function openDelivery(
  environment: string,
  given: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
): Promise<Delivery> {
  const { root, projectName = '' } = context;
  const settings = await readSettings(root, environment, process.env);
  const { options, facts } = serviceOptions(environment, given, settings, context);
  const ports: Ports = {
    holder: thisRun(process.env),
    source: createGitSource(projectName, context),
    builder: createNxBuilder(options, root),
    gate: createImageGate(options, process.env),
    registry: createRegistry({
      registry: options.registry,
      repository: `${options.namespace}/${options.service}`,
      ...siblingOf(options, context),
      credentials: settings.credentials,
    }),
    target: createTarget(options, settings, facts, root),
    prober: createHttpProber(),
    clock: systemClock,
  };
  return { options, ports };
}

/** Another service's repository: it has the same base, so its layers need not be sent again. */
function siblingOf(
  { namespace, service }: DeployOptions,
  { projectGraph }: ExecutorContext,
): { mountFrom?: string } {
  const deployed = Object.values(projectGraph.nodes).filter(
    ({ data }) => data.targets?.['deploy'] !== undefined,
  );
  const sibling = deployed
    .map(({ name }) => name)
    .sort()
    .find((name) => name !== service);
  return sibling === undefined ? {} : { mountFrom: `${namespace}/${sibling}` };
}
