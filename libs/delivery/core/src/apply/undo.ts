import { coreError } from '../errors/catalog.ts';
import { DeliveryError, reasonOf } from '../errors/delivery-error.ts';
import { formatReference } from '../image/reference.ts';
import type { Plan, Previous } from '../plan/plan.ts';
import type { EnvironmentPorts, RollOutPorts } from '../ports.ts';
import { verifyRunning, type VerificationRules } from '../verify/verify-running.ts';
import type { Emit } from './run-steps.ts';

/** The error to report, and whether the previous version runs again. */
export interface Undone {
  readonly outcome: 'rolled-back' | 'failed';
  readonly error: unknown;
}

/** Puts the previous version back after a rollout failed, and verifies it: the environment's tag, the pin, the service. */
export async function undo(
  failure: unknown,
  plan: Plan,
  rules: VerificationRules,
  ports: RollOutPorts,
  emit: Emit,
): Promise<Undone> {
  const { previous } = plan;
  if (previous === null) {
    emit({ type: 'undo', message: 'nothing ran before, so there is nothing to put back' });
    return { outcome: 'failed', error: failure };
  }
  const image = formatReference(previous.image);
  emit({ type: 'undo', message: `putting back ${image}` });
  try {
    await restoreTags(plan, ports);
    await putBack(plan, previous, rules, ports, emit);
    emit({ type: 'undo', message: 'the previous version answers again' });
    return { outcome: 'rolled-back', error: failure };
  } catch (cause) {
    const message = `${reasonOf(failure)} Then putting back ${image} failed: ${reasonOf(cause)}`;
    return { outcome: 'failed', error: coreError('UNDO_FAILED', message, { cause }) };
  }
}

/** Points the environment's tags at what they named when the plan was made. */
export async function restoreTags(
  { tags }: Plan,
  { registry }: Pick<EnvironmentPorts, 'registry'>,
): Promise<void> {
  for (const { tag, kind, was } of tags) {
    if (kind === 'environment' && was !== null) await registry.tag(was, tag);
  }
}

/** Whether a rollout's failure leaves open what the service runs: then the service itself is asked. */
export function isOpen(error: unknown): error is DeliveryError {
  return error instanceof DeliveryError && error.effect === 'unknown';
}

async function putBack(
  plan: Plan,
  previous: Previous,
  rules: VerificationRules,
  ports: RollOutPorts,
  emit: Emit,
): Promise<void> {
  const { target, registry } = ports;
  await target.trigger(previous);
  const settled = await target
    .settle((message) => emit({ type: 'undo', message }))
    .then(() => true)
    .catch((error: unknown) => {
      if (!isOpen(error)) throw error;
      return false; // The verification decides, and the platform is not asked where.
    });
  const healthUrl = (settled ? null : plan.healthUrl) ?? (await target.inspect()).healthUrl;
  // A service that was silent before the rollout did not say what it was: the registry knows.
  const fingerprint =
    previous.fingerprint ?? (await registry.describe(previous.image.digest))?.fingerprint ?? null;
  if (fingerprint === null || healthUrl === null) return;
  const expected = { service: plan.service, fingerprint, previousFingerprint: plan.fingerprint };
  await verifyRunning(healthUrl, expected, rules, ports);
}
