import { candidateNamed, carryOut, planRollout, readEnvironment } from '@ehr/delivery';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { rolloutRequest } from '../../delivery/rollout-request.ts';
import { createReporter } from '../../reporters/create-reporter.ts';
import { runReporting } from '../run-reporting.ts';

interface RollbackOptions extends Readonly<Record<string, unknown>> {
  readonly environment: string;
  readonly to?: string;
  readonly json: boolean;
}

/** The `rollback` target: needs the registry and the environment, and neither a build nor the sources' history. */
export default function rollback(
  raw: RollbackOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { environment, to = null, json, ...given } = raw;
    const { options, ports } = await openDelivery(environment, given, context);
    const reason = to === null ? 'rollback to the release before' : `rollback to ${to}`;
    const request = rolloutRequest('rollback', reason, options);
    const decide = async () => {
      const snapshot = await readEnvironment(options.environment, [options.environment], ports);
      return planRollout(
        request,
        await candidateNamed(to, options.environment, snapshot, ports.registry),
        snapshot,
      );
    };
    const reporter = createReporter({ json, dryRun: options.dryRun });
    return reporter.finish(await carryOut(decide, options, ports, reporter));
  });
}
