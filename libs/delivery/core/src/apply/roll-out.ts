import { coreError } from '../errors/catalog.ts';
import { DeliveryError, hasCode, verdictOfThrown } from '../errors/delivery-error.ts';
import type { Verdict } from '../errors/verdict.ts';
import type { Digest } from '../image/digest.ts';
import { journalEntry, type JournalKind } from '../journal/journal.ts';
import { pinOf, tagNames, type Plan } from '../plan/plan.ts';
import type { RollOutPorts, Target } from '../ports.ts';
import { verifyRunning, type VerificationRules } from '../verify/verify-running.ts';
import { tagAll } from './publish.ts';
import type { Emit, StepRunner } from './run-steps.ts';
import { settleMovingTags } from './settle-moving-tags.ts';
import { isOpen, restoreTags, undo } from './undo.ts';

/** `deployed`: it runs now · `unchanged`: it ran already · `refused`: what ran before runs untouched · `rolled-back`: it was put back · `failed`. */
export type Outcome = 'deployed' | 'unchanged' | 'refused' | 'rolled-back' | 'failed';

/** How a rollout ended. */
export interface Rollout {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** Where the service answers; null when that is not known. */
  readonly healthUrl: string | null;
  /** Null when nothing failed. */
  readonly error: unknown;
}

/** What is known at the end of the way to the running service. */
interface Running {
  readonly healthUrl: string | null;
  /** What the platform complained of although the service is verified. */
  readonly doubt: DeliveryError | null;
  readonly triggered: boolean;
}

/** Failures that are the image's fault if the previous version does well in the same place. */
const FAULTS_BY_COMPARISON = ['ROLLOUT_FAILED', 'SERVICE_UNREACHABLE'];

/** Rolls a published image out, verifies it and records it; what fails after the trigger is undone. */
export async function rollOut(
  plan: Plan,
  digest: Digest,
  rules: VerificationRules,
  steps: StepRunner,
  ports: RollOutPorts,
  emit: Emit,
): Promise<Rollout> {
  /** Before the trigger nothing changed; during it that depends on the error; after it there is something to undo. */
  let stage: 'before' | 'trigger' | 'after' = 'before';
  let running: Running;
  try {
    await prepare(plan, digest, steps, ports);
    const triggered = await steps.run('trigger-rollout', async () => {
      stage = 'trigger';
      await ports.target.trigger(pinOf(plan, digest));
      stage = 'after';
      return { value: true, message: '' };
    });
    const doubt = await steps.run('await-rollout', (onProgress) => settle(ports.target, onProgress));
    const healthUrl = await verify(plan, doubt ?? null, rules, steps, ports);
    running = { healthUrl, doubt: doubt ?? null, triggered: triggered === true };
  } catch (error) {
    steps.finish();
    if (stage === 'before') return refused(error);
    if (stage === 'trigger' && error instanceof DeliveryError && error.effect === 'none') {
      await restoreTags(plan, ports).catch(() => undefined); // The refusal is what matters; `status` shows the drift.
      return refused(error);
    }
    return takeBack(error, plan, digest, rules, ports, emit);
  }
  const outcome = running.triggered ? 'deployed' : 'unchanged';
  try {
    await steps.act('record-release', () => recordRelease(plan, digest, ports));
    return { outcome, verdict: verdictOf(running), healthUrl: running.healthUrl, error: null };
  } catch (error) {
    return { outcome: 'failed', verdict: 'unrecorded', healthUrl: running.healthUrl, error };
  }
}

/** A run that ended before anything was rolled out. */
export function refused(error: unknown): Rollout {
  return { outcome: 'refused', verdict: verdictOfThrown(error), healthUrl: null, error };
}

/** Writes what happened to the plan's image into the journal. */
export async function note(
  plan: Plan,
  kind: JournalKind,
  digest: Digest,
  reason: string,
  { registry, clock }: Pick<RollOutPorts, 'registry' | 'clock'>,
): Promise<void> {
  await registry.record(journalEntry(plan, kind, digest, clock.now(), reason));
}

async function prepare(plan: Plan, digest: Digest, steps: StepRunner, ports: RollOutPorts): Promise<void> {
  await steps.act('smoke-test', async () => {
    await ports.target.smokeTest?.(pinOf(plan, digest));
    return 'it became healthy';
  });
  await steps.act('move-version-tags', async () => {
    const moved = await settleMovingTags(ports.registry, tagNames(plan, 'range'));
    if (moved.length === 0) return 'all name the highest version';
    return moved.map(({ tag, version }) => `${tag} → ${version}`).join(', ');
  });
  await steps.act('tag-environment', () => tagAll(plan, ['environment'], digest, ports));
}

/** Waits for the platform; what it reports is a doubt, and no failure, where it leaves open what runs. */
async function settle(
  target: Target,
  onProgress: (message: string) => void,
): Promise<{ value: DeliveryError | null; message: string }> {
  try {
    await target.settle(onProgress);
    return { value: null, message: '' };
  } catch (error) {
    if (!isOpen(error)) throw error;
    return { value: error, message: `${error.code}: ${error.message} The service itself decides.` };
  }
}

async function verify(
  plan: Plan,
  doubt: DeliveryError | null,
  rules: VerificationRules,
  steps: StepRunner,
  ports: RollOutPorts,
): Promise<string | null> {
  const { service, fingerprint, previous } = plan;
  const healthUrl = await steps.run('verify-revision', async (onProgress) => {
    // A platform that could not follow the rollout is not asked for the address, when that is known.
    const url = (doubt === null ? null : plan.healthUrl) ?? (await ports.target.inspect()).healthUrl;
    if (url === null)
      throw coreError('SERVICE_UNREACHABLE', `${service} publishes no address where it could be asked.`);
    const expected = { service, fingerprint, previousFingerprint: previous?.fingerprint ?? null };
    try {
      await verifyRunning(url, expected, patienceAfter(doubt, rules), ports, onProgress);
    } catch (error) {
      const explained = await explain(error, ports.target);
      throw doubt === null ? explained : together(doubt, explained);
    }
    return { value: url, message: `verified by ${rules.probes} answers of ${url}` };
  });
  return healthUrl ?? null;
}

/** Nothing changes by itself any more: the service gets a moment to show the contrary, not the whole time again. */
function patienceAfter(doubt: DeliveryError | null, rules: VerificationRules): VerificationRules {
  return doubt?.final === true ? { ...rules, timeoutMs: Math.min(rules.timeoutMs, 15_000) } : rules;
}

/** The previous version answers, and the platform may know why: swarm puts it back by itself. */
async function explain(error: unknown, target: Target): Promise<unknown> {
  if (!hasCode(error, 'SERVICE_STILL_OLD')) return error;
  const explanation = await target.explainPrevious();
  if (explanation === null) return error;
  const code = explanation.rolledBack ? 'SERVICE_ROLLED_BACK' : 'SERVICE_STILL_OLD';
  return coreError(code, `${error.message} ${explanation.message}.`);
}

/** One error for two: the service's own when it had seen the new image, else the platform's. */
function together(doubt: DeliveryError, error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const [first, second] = error.effect === 'image-fault' ? [error, doubt] : [doubt, error];
  return first.reworded(`${first.message}\nAlso: ${second.message}`);
}

/** Blocks the image where it is at fault, and puts the previous version back. */
async function takeBack(
  error: unknown,
  plan: Plan,
  digest: Digest,
  rules: VerificationRules,
  ports: RollOutPorts,
  emit: Emit,
): Promise<Rollout> {
  const isFault = error instanceof DeliveryError && error.effect === 'image-fault';
  if (isFault) await block(error, plan, digest, ports, emit);
  const undone = await undo(error, plan, rules, ports, emit);
  if (undone.outcome === 'rolled-back' && hasCode(error, ...FAULTS_BY_COMPARISON))
    await block(error, plan, digest, ports, emit);
  const verdict = undone.error instanceof DeliveryError ? undone.error.verdict : 'defect';
  return { ...undone, verdict, healthUrl: null };
}

/** Remembers that the image failed. A registry that cannot be written to must not keep the service down. */
async function block(
  error: DeliveryError,
  plan: Plan,
  digest: Digest,
  ports: RollOutPorts,
  emit: Emit,
): Promise<void> {
  if (!plan.blocksOnFailure) return;
  const reason = error.message.split('\n')[0] ?? error.code;
  const message = await note(plan, 'blocked', digest, reason, ports).then(
    () => 'the image is blocked: no path ships it again until it is unblocked',
    () => 'that this image is blocked could not be recorded: the registry did not take it',
  );
  emit({ type: 'undo', message });
}

async function recordRelease(plan: Plan, digest: Digest, ports: RollOutPorts): Promise<string> {
  // The freeze first: killed in between, a rollback must not look like a release that automation may follow.
  if (plan.freezes) await note(plan, 'frozen', digest, plan.reason, ports);
  await note(plan, 'released', digest, plan.reason, ports);
  return plan.freezes ? `${plan.environment} is frozen until somebody unfreezes it` : '';
}

function verdictOf({ doubt, healthUrl }: Running): Verdict {
  if (doubt === null) return healthUrl === null ? 'published' : 'verified';
  return doubt.verdict === 'platform-throttled' ? 'verified-platform-throttled' : 'verified-platform-failed';
}
