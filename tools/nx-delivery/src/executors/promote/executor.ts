import { candidateRunning, carryOut, planRollout, readEnvironment } from '@ehr/delivery';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { rolloutRequest } from '../../delivery/rollout-request.ts';
import { createReporter } from '../../reporters/create-reporter.ts';
import { runReporting } from '../run-reporting.ts';

interface PromoteOptions extends Readonly<Record<string, unknown>> {
  readonly environment: string;
  readonly from: string;
  readonly json: boolean;
}

/** The `promote` target: the digest that another environment is proved to run becomes this one's. */
export default function promote(
  raw: PromoteOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { environment, from, json, ...given } = raw;
    const [source, { options, ports }] = await Promise.all([
      openDelivery(from, {}, context),
      openDelivery(environment, given, context),
    ]);
    const request = rolloutRequest('promotion', `promotion from ${from}`, options);
    const decide = async () => {
      const running = await readEnvironment(source.options.environment, [], source.ports);
      const candidate = await candidateRunning(source.options.environment, running, ports.registry);
      return planRollout(
        request,
        candidate,
        await readEnvironment(options.environment, [options.environment], ports),
      );
    };
    const reporter = createReporter({ json, dryRun: options.dryRun });
    return reporter.finish(await carryOut(decide, options, ports, reporter));
  });
}
