import { candidateNamed, planRollout, readEnvironment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { rolloutRequest } from '../../delivery/rollout-request.ts';
import { carryOutOrReview } from '../carry-out-or-review.ts';
import type { ReviewOptions } from '../carry-out-or-review.ts';
import { runReporting } from '../run-reporting.ts';

interface RollbackOptions extends ReviewOptions, Readonly<Record<string, unknown>> {
  readonly environment: string;
  readonly to?: string;
}

/** The `rollback` target: needs the registry and the environment, and neither a build nor the sources' history. */
export default function rollback(
  raw: RollbackOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { environment, to = null, json, plan, apply, ...given } = raw;
    const delivery = await openDelivery(environment, given, context);
    const { options, ports } = delivery;
    const reason = to === null ? 'rollback to the previous release' : `rollback to ${to}`;
    const request = rolloutRequest('rollback', reason, options);
    const decide = async () => {
      const snapshot = await readEnvironment(options.environment, [options.environment], ports);
      return planRollout(
        request,
        await candidateNamed(to, options.environment, snapshot, ports.registry),
        snapshot,
      );
    };
    return carryOutOrReview(decide, delivery, context.root, { json, plan, apply });
  });
}
