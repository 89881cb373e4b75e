import { candidateRunning, planRollout, readEnvironment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { rolloutRequest } from '../../delivery/rollout-request.ts';
import { carryOutOrReview } from '../carry-out-or-review.ts';
import type { ReviewOptions } from '../carry-out-or-review.ts';
import { runReporting } from '../run-reporting.ts';

interface PromoteOptions extends ReviewOptions, Readonly<Record<string, unknown>> {
  readonly environment: string;
  readonly from: string;
}

/** The `promote` target: the digest that another environment is verified to run becomes this one's. */
export default function promote(
  raw: PromoteOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { environment, from, json, plan, apply, ...given } = raw;
    const [source, delivery] = await Promise.all([
      openDelivery(from, {}, context),
      openDelivery(environment, given, context),
    ]);
    const { options, ports } = delivery;
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
    return carryOutOrReview(decide, delivery, context.root, { json, plan, apply });
  });
}
