import { planDeploy, readSnapshot } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { carryOutOrReview } from '../carry-out-or-review.ts';
import type { ReviewOptions } from '../carry-out-or-review.ts';
import { runReporting } from '../run-reporting.ts';

/** What schema.json lets through; `normalizeOptions` checks the values. */
interface DeployExecutorOptions extends ReviewOptions, Readonly<Record<string, unknown>> {
  readonly environment: string;
}

/** The `deploy` target: options → snapshot → plan → steps → report. */
export default function deployExecutor(
  { environment, json, plan, apply, ...given }: DeployExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const delivery = await openDelivery(environment, given, context);
    const { options, ports } = delivery;
    const decide = async () => planDeploy(options, await readSnapshot(options, ports));
    return carryOutOrReview(decide, delivery, context.root, { json, plan, apply });
  });
}
