import { waitUntil } from '../clock.ts';
import { coreError } from '../errors/catalog.ts';
import type { Plan, Previous } from '../plan/plan.ts';
import type { ChangePorts } from '../ports.ts';
import { type VerificationRules, verifyRunning } from '../verify/verify-running.ts';
import type { Emit } from './run-steps.ts';
import { isOpen } from './verify-step.ts';

/**
 * Puts the previous version back and asks it: the platform's own pin, from what the host has.
 * @throws DeliveryError when the platform refuses, or the previous version is not well
 */
export async function putBack(
  plan: Plan,
  previous: Previous,
  rules: VerificationRules,
  ports: ChangePorts,
  emit: Emit,
): Promise<void> {
  const { target, registry } = ports;
  const { service, environment } = plan;
  await target.restore(previous);
  const settled = await target
    .settle((message) => emit({ type: 'undo', message }))
    .then(() => true)
    .catch((error: unknown) => {
      if (!isOpen(error)) throw error;
      return false; // The verification decides, and the platform is not asked where.
    });
  const healthUrl = (settled ? null : plan.healthUrl) ?? (await target.inspect()).healthUrl;
  if (healthUrl === null) return;
  // A service that was silent before the rollout did not say what it was: the registry knows, if it answers.
  const fingerprint =
    previous.fingerprint ??
    (await registry.describe(previous.image.digest).catch(() => null))?.fingerprint ??
    'unknown';
  if (fingerprint === 'unknown') return demandAnswer(healthUrl, rules, ports);
  const expected = { service, environment, fingerprint, previousFingerprint: plan.fingerprint };
  // It was verified when it was rolled out: it is asked, and not watched again.
  const asked = { ...rules, windowMs: 0 };
  await verifyRunning(healthUrl, previous.image.digest, expected, asked, ports);
}

/** An image from before the health contract cannot say who it is: that it answers is all there is to know. */
async function demandAnswer(
  url: string,
  { intervalMs, timeoutMs }: VerificationRules,
  { prober, clock }: ChangePorts,
): Promise<void> {
  const patience = { deadline: clock.now().getTime() + timeoutMs, everyMs: intervalMs };
  const answered = await waitUntil(clock, patience, async () => {
    const answer = await prober.probe(url);
    return answer.kind === 'answer' && answer.status < 500 ? true : undefined;
  });
  if (!answered)
    throw coreError('SERVICE_UNREACHABLE', `${url} did not answer within ${timeoutMs / 1000} s.`);
}
