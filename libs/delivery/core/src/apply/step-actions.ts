import { coreError } from '../errors/catalog.ts';
import { shortDigest } from '../image/digest.ts';
import type { Digest } from '../image/digest.ts';
import { DeliveryError, hasCode } from '../errors/delivery-error.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { formatBytes } from '../format.ts';
import type { ImageLayout, Ports } from '../ports.ts';
import { verifyRunning } from '../verify/verify-running.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import { settleMovingTags } from './settle-moving-tags.ts';
import type { StepEvent } from './apply-plan.ts';
import type { JournalKind } from '../journal/journal.ts';
import { journalEntry } from '../journal/journal-entry.ts';
import type { DeployPlan, StepKind } from '../plan/plan.ts';
import { pinOf } from '../plan/pin-of.ts';
import { refuseBlocked, refuseMovedTags } from '../plan/refusals.ts';

/** What the steps find out and hand on. */
export interface StepState {
  layout: ImageLayout | null;
  digest: Digest | null;
  /** From when to when it was built; null when it was not. */
  built: { readonly startedOn: Date; readonly finishedOn: Date } | null;
  healthUrl: string | null;
  sentBytes: number;
  /** What the platform reported, when it leaves open whether the service runs the image: the verification decides. */
  doubt: DeliveryError | null;
}

/** What each step does; it answers with a word about how it went, or undefined. */
export function createStepActions(
  plan: DeployPlan,
  rules: VerificationRules,
  ports: Ports,
  state: StepState,
  emit: (event: StepEvent) => void,
): Record<StepKind, () => Promise<string | undefined>> {
  const { registry, target } = ports;
  const progress = (kind: StepKind) => (text: string) => emit({ type: 'progress', kind, text });
  const digest = (): Digest => state.digest ?? missing();
  const tagAll = async (tags: readonly string[]) => {
    for (const tag of tags) await registry.tag(digest(), tag);
    return undefined;
  };
  const pin = () => pinOf(plan, digest());
  const note = async (kind: JournalKind, reason: string | null, image?: Digest) => {
    await registry.record(
      journalEntry(plan, kind, image ?? digest(), ports.clock.now(), reason ?? plan.reason),
    );
    return undefined;
  };
  return {
    'unblock-image': () => note('unblocked', plan.overrides.unblock),
    // The new image may be unbuilt yet: the entry names the one the environment was held at.
    'unfreeze-environment': () => note('unfrozen', plan.overrides.unfreeze, plan.previous?.digest),
    'build-image': async () => {
      await ports.attester.ready();
      const startedOn = ports.clock.now();
      state.layout = checkLayout(await ports.builder.build(), plan);
      refuseOther(state.layout.digest, plan.reviewedDigest);
      state.digest = state.layout.digest;
      state.built = { startedOn, finishedOn: ports.clock.now() };
      return `${shortDigest(state.layout.digest)}, ${formatBytes(state.layout.blobBytes)}`;
    },
    'gate-image': async () => {
      const { refusals, warnings, text } = await ports.gate.inspect(state.layout ?? missing());
      if (refusals > 0) throw coreError('GATE_REFUSED', `The image must not be shipped as it is:\n${text}`);
      return warnings === 0 ? 'nothing found' : `${warnings} warnings:\n${text}`;
    },
    'push-image': async () => {
      const result = await registry.push(state.layout ?? missing(), ({ sentBytes, totalBytes }) => {
        progress('push-image')(`${formatBytes(sentBytes)} of at most ${formatBytes(totalBytes)}`);
      });
      state.sentBytes = result.sentBytes;
      return `${formatBytes(result.sentBytes)} sent in ${result.sentBlobs} blobs, ${result.presentBlobs} were there`;
    },
    'attest-image': async () => {
      const { service, version, revision, fingerprint } = plan;
      const { digest: image, platforms } = state.layout ?? missing();
      const built = state.built ?? missing();
      return ports.attester.attest({
        ...{ service, version, revision, fingerprint, digest: image, platforms },
        ...built,
      });
    },
    'tag-fingerprint': () => tagAll([fingerprintTag(plan.fingerprint)]),
    'tag-revision': () => tagAll([plan.revisionTag]),
    'tag-version': () => tagAll(plan.versionTags),
    'smoke-test': async () => {
      await target.smokeTest?.(pin());
      return 'it became healthy';
    },
    'move-version-tags': async () => {
      const moved = await settleMovingTags(registry, plan.versionMovingTags);
      return moved.length === 0
        ? 'all name the highest version'
        : moved.map(({ tag, version }) => `${tag} → ${version}`).join(', ');
    },
    'tag-environment': () => tagAll(plan.environmentTags),
    'trigger-rollout': async () => {
      await target.trigger(pin());
      return undefined;
    },
    'await-rollout': async () => {
      try {
        await target.settle(progress('await-rollout'));
        return undefined;
      } catch (error) {
        // The platform failed or lost sight of it; that says nothing about the service, which is asked next.
        if (!(error instanceof DeliveryError) || error.effect !== 'unknown') throw error;
        state.doubt = error;
        return `${error.code}: ${error.message} The service itself decides.`;
      }
    },
    'verify-revision': async () => {
      // A platform that lost sight of the rollout is not asked where the service is, when that is known.
      const known = state.doubt === null ? null : plan.healthUrlWas;
      state.healthUrl = known ?? (await target.observe()).healthUrl;
      if (state.healthUrl === null)
        throw coreError('SERVICE_UNREACHABLE', `${plan.service} publishes no address to ask.`);
      const { service, fingerprint } = plan;
      const previousFingerprint = plan.previous?.fingerprint ?? null;
      try {
        await verifyRunning(
          state.healthUrl,
          { service, fingerprint, previousFingerprint },
          patienceOf(state, rules),
          ports,
          progress('verify-revision'),
        );
      } catch (error) {
        const explained = await explain(error, ports);
        throw state.doubt === null ? explained : together(state.doubt, explained);
      }
      return `verified by ${rules.probes} answers of ${state.healthUrl}`;
    },
    'record-release': async () => {
      // The hold first: killed in between, a rollback must not look like a release that automation may follow.
      if (plan.freezes) await note('frozen', null);
      await note('released', null);
      if (!plan.freezes) return undefined;
      return `${plan.environment} is frozen there until it is unfrozen`;
    },
  };
}

/** After a reported failure the service gets a moment to verify the contrary, not the whole time again. */
function patienceOf({ doubt }: StepState, rules: VerificationRules): VerificationRules {
  if (doubt?.final !== true) return rules;
  return { ...rules, timeoutMs: Math.min(rules.timeoutMs, 15_000) };
}

/** The previous version answers, and the platform may know why: swarm puts it back by itself. */
async function explain(verification: unknown, { target }: Ports): Promise<unknown> {
  if (!hasCode(verification, 'SERVICE_STILL_OLD')) return verification;
  const why = await target.explainOld();
  if (why === null) return verification;
  const code = why.rolledBack ? 'SERVICE_ROLLED_BACK' : 'SERVICE_STILL_OLD';
  return coreError(code, `${verification.message} ${why.text}.`);
}

/** One error for two: the service's own word when it had seen the new image, else the platform's. */
function together(doubt: DeliveryError, verification: unknown): unknown {
  if (!(verification instanceof DeliveryError)) return verification;
  const sawNew = hasCode(verification, 'SERVICE_UNHEALTHY', 'SERVICE_ROLLED_BACK');
  const [first, second] = sawNew ? [verification, doubt] : [doubt, verification];
  return first.reworded(`${first.message}\nAlso: ${second.message}`);
}

function missing(): never {
  throw coreError('LAYOUT_MISSING', 'The image was not built.');
}

/** An applied plan is about the very image that was reviewed. */
function refuseOther(digest: Digest, reviewed: Digest | null) {
  if (reviewed === null || reviewed === digest) return;
  throw coreError(
    'PLAN_CHANGED',
    `The plan is about image ${shortDigest(reviewed)}; what was built now is ${shortDigest(digest)}.`,
  );
}

/** Between plan and build the sources may have changed; an image of something else is not pushed. */
export function checkLayout(layout: ImageLayout, plan: DeployPlan): ImageLayout {
  if (layout.fingerprint !== plan.fingerprint) {
    throw coreError(
      'LAYOUT_INVALID',
      `The image built has fingerprint ${layout.fingerprint.slice(0, 12)}, the plan is about ${plan.fingerprint.slice(0, 12)}: files changed meanwhile.`,
      { hint: 'Run the deploy again.' },
    );
  }
  const lacking = plan.platforms.filter((platform) => !layout.platforms.includes(platform));
  if (lacking.length > 0) {
    throw coreError(
      'LAYOUT_INVALID',
      `The image lacks ${lacking.join(', ')}; it has ${layout.platforms.join(', ')}.`,
    );
  }
  refuseMovedTags(plan, layout.digest);
  refuseBlocked(plan, layout.digest);
  return layout;
}
