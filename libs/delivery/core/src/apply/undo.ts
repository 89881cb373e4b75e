import { DeliveryError, reasonOf } from '../errors/delivery-error.ts';
import { coreError } from '../errors/catalog.ts';
import type { Ports } from '../ports.ts';
import { verifyRunning } from '../verify/verify-running.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import type { StepEvent } from './apply-plan.ts';
import type { DeployPlan } from '../plan/plan.ts';

/**
 * Puts the previous release back after a rollout failed, and verifies it: the environment's tag, the pin, the
 * service. Returns the error to report and whether the previous release runs again.
 */
export async function rollBack(
  failure: unknown,
  plan: DeployPlan,
  rules: VerificationRules,
  ports: Ports,
  emit: (event: StepEvent) => void,
): Promise<[error: unknown, rolledBack: boolean]> {
  const { previous } = plan;
  if (previous === null) {
    emit({ type: 'undo', text: 'nothing ran before, so there is nothing to put back' });
    return [failure, false];
  }
  emit({ type: 'undo', text: `putting back ${previous.image}` });
  try {
    await restoreTags(plan, ports);
    await ports.target.trigger(previous);
    const unsure = await ports.target
      .settle((text) => emit({ type: 'undo', text }))
      .then(() => false)
      .catch((error: unknown) => {
        if (!(error instanceof DeliveryError) || error.effect !== 'unknown') throw error;
        return true; // The verification decides, and the platform is not asked where.
      });
    const healthUrl = (unsure ? plan.healthUrlWas : null) ?? (await ports.target.observe()).healthUrl;
    // A service that was silent before the rollout did not say what it was: the registry knows.
    const fingerprint =
      previous.fingerprint ?? (await ports.registry.describe(previous.digest))?.fingerprint ?? null;
    if (fingerprint !== null && healthUrl !== null) {
      const expected = { service: plan.service, fingerprint, previousFingerprint: plan.fingerprint };
      await verifyRunning(healthUrl, expected, rules, ports);
    }
    emit({ type: 'undo', text: 'the previous release answers again' });
    return [failure, true];
  } catch (cause) {
    const message = `${reasonOf(failure)} Then putting back ${previous.image} failed: ${reasonOf(cause)}`;
    return [coreError('UNDO_FAILED', message, { cause }), false];
  }
}

/** Points the environment's tags at what they named when the plan was made. */
export async function restoreTags(
  { environmentTags, tagsWere }: DeployPlan,
  { registry }: Pick<Ports, 'registry'>,
): Promise<void> {
  for (const tag of environmentTags) {
    const was = tagsWere[tag] ?? null;
    if (was !== null) await registry.tag(was, tag);
  }
}
