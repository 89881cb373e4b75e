import { coreError } from '../errors/catalog.ts';
import { DeliveryError, hasCode } from '../errors/delivery-error.ts';
import type { Digest } from '../image/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { ChangePorts, Target } from '../ports.ts';
import { type VerificationRules, verifyRunning } from '../verify/verify-running.ts';
import type { StepRunner } from './run-steps.ts';

/** What is known at the end of the way to the running service. */
export interface Running {
  readonly healthUrl: string | null;
  /** What the service itself warns of. */
  readonly warnings: readonly string[];
  /** What the platform complained of although the service is verified. */
  readonly doubt: DeliveryError | null;
  readonly triggered: boolean;
}

/** An image that was verified there before is watched no longer than this; milliseconds. */
const SHORT_WINDOW_MS = 3000;

/** Whether a rollout's failure leaves open what the service runs: then the service itself is asked. */
export function isOpen(error: unknown): error is DeliveryError {
  return error instanceof DeliveryError && error.effect === 'unknown';
}

/** Waits for the platform; what it reports is a doubt, and no failure, where it leaves open what runs. */
export async function settle(
  target: Target,
  onProgress: (message: string) => void,
): Promise<{ value: DeliveryError | null; message: string; isDoubtful: boolean }> {
  try {
    await target.settle(onProgress);
    return { value: null, message: '', isDoubtful: false };
  } catch (error) {
    if (!isOpen(error)) throw error;
    const message = `${error.code}: ${error.message} The service itself decides.`;
    return { value: error, message, isDoubtful: true };
  }
}

/** Asks the service itself and watches it. */
export async function verify(
  plan: Plan,
  digest: Digest,
  doubt: DeliveryError | null,
  triggered: boolean,
  rules: VerificationRules,
  steps: StepRunner,
  ports: ChangePorts,
): Promise<Pick<Running, 'healthUrl' | 'warnings'>> {
  const { service, environment, fingerprint, previous, passed } = plan;
  const found = await steps.run('verify-revision', async (onProgress) => {
    // A platform that could not follow the rollout is not asked for the address, when that is known.
    const url = (doubt === null ? null : plan.healthUrl) ?? (await ports.target.inspect()).healthUrl;
    if (url === null)
      throw coreError('SERVICE_UNREACHABLE', `${service} publishes no address where it could be asked.`);
    const previousFingerprint = previous?.fingerprint ?? null;
    const expected = { service, environment, fingerprint, previousFingerprint, passed };
    try {
      const patience = patienceAfter(doubt, windowOf(plan, triggered, rules));
      const { warnings } = await verifyRunning(url, digest, expected, patience, ports, onProgress);
      const message = [`verified by ${url}`, ...warnings.map((warning) => `WARNING: ${warning}`)].join('; ');
      return { value: { healthUrl: url, warnings }, message };
    } catch (error) {
      const explained = await explain(error, ports.target);
      throw doubt === null ? explained : together(doubt, explained);
    }
  });
  return found ?? { healthUrl: null, warnings: [] };
}

/** What ran before this run needs no watching, and what was verified there before a little. */
function windowOf(plan: Plan, triggered: boolean, rules: VerificationRules): VerificationRules {
  if (!plan.verifiedBefore) return rules;
  return { ...rules, windowMs: triggered ? Math.min(rules.windowMs, SHORT_WINDOW_MS) : 0 };
}

/** Nothing changes by itself any more: the service gets a moment to show the contrary, not the whole time again. */
function patienceAfter(doubt: DeliveryError | null, rules: VerificationRules): VerificationRules {
  return doubt?.final === true ? { ...rules, timeoutMs: Math.min(rules.timeoutMs, 15_000) } : rules;
}

/** The new version never answered, and the platform may know why: Swarm gives new tasks up and keeps the old ones. */
async function explain(error: unknown, target: Target): Promise<unknown> {
  if (!hasCode(error, 'SERVICE_STILL_OLD', 'SERVICE_UNREACHABLE')) return error;
  const explanation = await target.explainPrevious().catch(() => null);
  if (explanation === null) return error;
  const message = `${error.message} ${explanation.message}.`;
  return explanation.fault === null ? error.reworded(message) : coreError(explanation.fault, message);
}

/** One error for two: the service's own when it had seen the new image, else the platform's. */
function together(doubt: DeliveryError, error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const [first, second] = error.effect === 'image-fault' ? [error, doubt] : [doubt, error];
  return first.reworded(`${first.message}\nAlso: ${second.message}`);
}
