import { DeliveryError, hasCode } from '../errors/delivery-error.ts';
import type { Verdict } from '../errors/verdict.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { pinOf, type Plan, type Superseding, type TagKind, tagNames } from '../plan/plan.ts';
import { named } from '../plan/refusals.ts';
import type { ChangePorts } from '../ports.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import { pointAt } from './move-tags.ts';
import { note, noteLast, type Notes } from './note.ts';
import { demandExpectedPin, demandNothingReplaced, demandOwnPin, Overtaken } from './pin-state.ts';
import { ended, refused, type Rollout, supersededRollout } from './rollout-result.ts';
import type { Emit, StepRunner } from './run-steps.ts';
import { type PointedTags, pointFollowing, settleFollowing, settleRanges } from './settle-moving-tags.ts';
import { giveWay, takeBack, takeTagBack } from './take-back.ts';
import { type Running, settle, verify } from './verify-step.ts';

/**
 * Rolls a published image out, verifies it, records it, and only then moves the tags that others follow; what fails
 * after the trigger is undone.
 * @throws Overtaken by nothing newer: somebody changed the environment meanwhile, and the decision is to be made again.
 */
export async function rollOut(
  plan: Plan,
  digest: Digest,
  rules: VerificationRules,
  steps: StepRunner,
  ports: ChangePorts,
  emit: Emit,
): Promise<Rollout> {
  /** Before the trigger at most the tag changed; during it that depends on the error; after it there is something to undo. */
  let stage: 'before' | 'tagged' | 'trigger' | 'after' | 'looking' = 'before';
  let running: Running;
  const isTried = { now: false };
  try {
    await steps.act('smoke-test', async () => {
      await ports.target.smokeTest?.(pinOf(plan, digest));
      isTried.now = true;
      return 'it became healthy';
    });
    if (plan.supersededBy !== null) {
      const ending = await superseded(plan, plan.supersededBy, digest, isTried.now, steps, ports);
      if (plan.replaced === null) return ending;
      const message = `${plan.environment} ran ${named(plan.replaced)}, which is newer, before a run that was killed.`;
      return await giveWay(
        new Overtaken(plan.supersededBy, message, plan.replaced),
        plan,
        rules,
        ports,
        emit,
      );
    }
    await steps.act('pin-by-tag', async () => {
      await demandExpectedPin(plan, digest, ports);
      stage = 'tagged';
      await pointAt(plan.environment, digest, ports.registry);
      await demandOwnPin(plan, digest, ports);
    });
    const triggered = await steps.run('trigger-rollout', async () => {
      if (!ports.target.followsTag) await demandExpectedPin(plan, digest, ports);
      stage = 'trigger';
      await ports.target.trigger(pinOf(plan, digest));
      stage = 'after';
      await demandOwnPin(plan, digest, ports);
      return { value: true, message: '' };
    });
    const doubt =
      (await steps.run('await-rollout', (onProgress) => settle(ports.target, onProgress))) ?? null;
    // It ran already, and is looked at.
    if (triggered !== true && stage === 'before') stage = 'looking';
    const found = await verify(plan, digest, doubt, triggered === true, rules, steps, ports);
    running = { ...found, doubt, triggered: triggered === true };
    if (running.triggered) await demandOwnPin(plan, digest, ports);
  } catch (error) {
    steps.finish();
    if (error instanceof Overtaken) return giveWay(error, plan, rules, ports, emit);
    const other = stage === 'looking' ? await overtaken(plan, digest, ports) : null;
    if (other !== null) return giveWay(other, plan, rules, ports, emit);
    const changedNothing = error instanceof DeliveryError && error.effect === 'none';
    if (stage === 'before' || stage === 'looking') return refused(error);
    if (stage === 'tagged' || (stage === 'trigger' && changedNothing)) {
      // The refusal is what matters; `status` shows the drift.
      await takeTagBack(plan, digest, ports, emit).catch(() => undefined);
      return refused(error);
    }
    return takeBack(error, plan, digest, rules, ports, emit);
  }
  return finish(plan, digest, running, rules, steps, ports, emit);
}

/** Who set the environment up with something else while this run looked at what ran; null when nobody known did. */
async function overtaken(plan: Plan, digest: Digest, ports: ChangePorts): Promise<Overtaken | null> {
  try {
    await demandOwnPin(plan, digest, ports);
    return null;
  } catch (error) {
    return error instanceof Overtaken ? error : null;
  }
}

/** Nothing is rolled out: a release that came too late still moves its own `1.1`, once its image was seen to start. */
async function superseded(
  plan: Plan,
  by: Superseding,
  digest: Digest,
  isTried: boolean,
  steps: StepRunner,
  ports: ChangePorts,
): Promise<Rollout> {
  await steps.act('move-version-tags', async () => {
    const moved = await settleRanges(ports.registry, tagNames(plan, 'range'), isTried ? digest : null);
    return moved.map(({ tag, version }) => `${tag} → ${version}`).join(', ') || 'none moves';
  });
  steps.finish();
  return supersededRollout(plan, by);
}

/** Records what is verified, and moves the tags to it. What fails here leaves the service as it is. */
async function finish(
  plan: Plan,
  digest: Digest,
  running: Running,
  rules: VerificationRules,
  steps: StepRunner,
  ports: ChangePorts,
  emit: Emit,
): Promise<Rollout> {
  const { registry } = ports;
  const { healthUrl, warnings } = running;
  const outcome = running.triggered ? 'deployed' : 'unchanged';
  const ownPin = () => demandOwnPin(plan, digest, ports);
  const tagsOf = (kind: TagKind) => plan.tags.filter((tag) => tag.kind === kind);
  /** The journal as it was written; null when there was nothing to write. */
  let journal: readonly JournalEntry[] | null = null;
  let latest: PointedTags | null = null;
  try {
    const notes: Notes[number][] = [];
    await steps.act('unblock-image', async () => {
      if (plan.blocked.includes(shortDigest(digest))) notes.push(['unblocked', plan.overrides.unblock ?? '']);
    });
    await steps.act('unfreeze-environment', async () => {
      notes.push(['unfrozen', plan.overrides.unfreeze ?? '']);
    });
    await steps.act('record-release', async () => {
      await ownPin();
      if (plan.freezes) notes.push(['frozen', plan.reason]);
      journal = await note(plan, digest, [...notes, ['released', plan.reason]], ports, async (entries) => {
        if (running.triggered) await demandNothingReplaced(plan, digest, ports, entries);
      });
      await ownPin().catch(async (error: unknown) => {
        if (error instanceof Overtaken) await noteLast(plan, ports);
        throw error;
      });
      return plan.freezes ? `${plan.environment} is frozen until somebody unfreezes it` : '';
    });
    await steps.act('move-version-tags', async () => {
      const named = new Map(plan.tags.map(({ tag, kind, was }) => [tag, kind === 'version' ? digest : was]));
      const known = journal === null ? undefined : { entries: journal, named };
      const isSettledLater = plan.steps.some(({ kind, skip }) => kind === 'tag-environment' && skip === null);
      const moved = [
        ...(await settleRanges(registry, tagNames(plan, 'range'), digest, known)),
        ...(journal !== null && isSettledLater
          ? (latest = await pointFollowing(registry, plan.environment, tagsOf('latest'), journal)).moved
          : await settleFollowing(registry, plan.environment, tagNames(plan, 'latest'))),
      ];
      return moved.map(({ tag, version }) => `${tag} → ${version}`).join(', ') || 'all are where they belong';
    });
    await steps.act('tag-environment', async () => {
      await ownPin().catch(async (error: unknown) => {
        // What was pointed a moment ago may be behind what overtook this run.
        await settleFollowing(registry, plan.environment, tagNames(plan, 'latest'));
        throw error;
      });
      const own =
        journal && (await pointFollowing(registry, plan.environment, tagsOf('environment'), journal));
      const pointed = own && { ...own, moved: [...own.moved, ...(latest?.moved ?? [])] };
      const following = tagNames(plan, 'latest', 'environment');
      await settleFollowing(registry, plan.environment, following, pointed);
    });
    return { ...ended(outcome, verdictOf(running), null), healthUrl, warnings };
  } catch (error) {
    steps.finish();
    if (error instanceof Overtaken) return giveWay(error, plan, rules, ports, emit);
    const verdict = hasCode(error, 'TARGET_CHANGED') ? 'target-changed' : 'unrecorded';
    return { ...ended('failed', verdict, error), healthUrl, warnings };
  }
}

function verdictOf({ doubt, healthUrl, warnings }: Running): Verdict {
  if (doubt !== null) {
    return doubt.verdict === 'platform-throttled'
      ? 'verified-platform-throttled'
      : 'verified-platform-failed';
  }
  if (healthUrl === null) return 'published';
  return warnings.length > 0 ? 'verified-with-warnings' : 'verified';
}
