import { candidateNamed, carryOut, planRollout, readEnvironment } from '@ehr/delivery';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
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
    const snapshot = await readEnvironment([options.environment], ports);
    const candidate = await candidateNamed(to, options.environment, snapshot, ports.registry);
    const reason = to === null ? 'rollback to the release before' : `rollback to ${to}`;
    const { service, probes, liftBar, liftHold } = options;
    const lifts = { bar: liftBar, hold: liftHold };
    const request = {
      kind: 'rollback' as const,
      service,
      environment: options.environment,
      reason,
      probes,
      lifts,
    };
    const reporter = createReporter({ json, dryRun: options.dryRun });
    return reporter.finish(
      await carryOut(planRollout(request, candidate, snapshot), options, ports, reporter),
    );
  });
}
