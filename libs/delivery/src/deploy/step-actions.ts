import { shortDigest } from '@ehr/oci';
import type { Digest } from '@ehr/oci';
import type { DeliveryErrorCode } from '../errors/catalog.ts';
import { DeliveryError } from '../errors/delivery-error.ts';
import { fingerprintTag } from '../fingerprint.ts';
import { formatBytes } from '../format.ts';
import type { ImageLayout, Pin, Ports } from '../ports.ts';
import { proveRunning } from '../proof.ts';
import type { ProofRules } from '../proof.ts';
import { settleMovingTags } from '../settle-moving-tags.ts';
import type { StepEvent } from './apply-plan.ts';
import type { JournalKind } from '../journal.ts';
import { journalEntry } from './journal-entry.ts';
import type { DeployPlan, StepKind } from './plan.ts';
import { refuseBarred, refuseMovedTags } from './refusals.ts';

/** What the steps find out and hand on. */
export interface StepState {
  layout: ImageLayout | null;
  digest: Digest | null;
  healthUrl: string | null;
  sentBytes: number;
}

/** Endings of a rollout that leave open whether the service runs the image. */
const UNSURE: readonly DeliveryErrorCode[] = [
  'DOKPLOY_DEPLOY_CANCELLED',
  'DOKPLOY_RECORD_VANISHED',
  'DOKPLOY_TIMEOUT',
  'DOKPLOY_THROTTLED',
];

/** What each step does; it answers with a word about how it went, or undefined. */
export function createStepActions(
  plan: DeployPlan,
  rules: ProofRules,
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
  const pin = (): Pin => ({
    image: `${plan.repository}:${plan.environment}@${digest()}`,
    revision: plan.revision,
    version: plan.version,
  });
  const note = async (kind: JournalKind, reason: string | null, image?: Digest) => {
    await registry.record(
      journalEntry(plan, kind, image ?? digest(), ports.clock.now(), reason ?? plan.reason),
    );
    return undefined;
  };
  return {
    'lift-bar': () => note('bar-lifted', plan.lifts.bar),
    // The new image may be unbuilt yet: the entry names the one the environment was held at.
    'lift-hold': () => note('hold-lifted', plan.lifts.hold, plan.previous?.digest),
    'build-image': async () => {
      state.layout = checkLayout(await ports.builder.build(), plan);
      state.digest = state.layout.digest;
      return `${shortDigest(state.layout.digest)}, ${formatBytes(state.layout.blobBytes)}`;
    },
    'gate-image': async () => {
      const { refusals, warnings, text } = await ports.gate.inspect(state.layout ?? missing());
      if (refusals > 0)
        throw new DeliveryError('GATE_REFUSED', `The image must not be shipped as it is:\n${text}`);
      return warnings === 0 ? 'nothing found' : `${warnings} warnings:\n${text}`;
    },
    'push-image': async () => {
      const result = await registry.push(state.layout ?? missing(), ({ sentBytes, totalBytes }) => {
        progress('push-image')(`${formatBytes(sentBytes)} of at most ${formatBytes(totalBytes)}`);
      });
      state.sentBytes = result.sentBytes;
      return `${formatBytes(result.sentBytes)} sent in ${result.sentBlobs} blobs, ${result.presentBlobs} were there`;
    },
    'tag-fingerprint': () => tagAll([fingerprintTag(plan.fingerprint)]),
    'tag-revision': () => tagAll([plan.revisionTag]),
    'tag-version': () => tagAll(plan.versionTags),
    'rehearse-image': async () => {
      await target.rehearse?.(pin());
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
        // The platform lost sight of it; that says nothing about the service, which is asked next.
        if (!(error instanceof DeliveryError) || !UNSURE.includes(error.code)) throw error;
        return `${error.code}: ${error.message} The service itself decides.`;
      }
    },
    'verify-revision': async () => {
      state.healthUrl = (await target.observe()).healthUrl;
      if (state.healthUrl === null)
        throw new DeliveryError('PROOF_FAILED', `${plan.service} publishes no address to ask.`);
      const expected = { service: plan.service, fingerprint: plan.fingerprint };
      await proveRunning(state.healthUrl, expected, rules, ports, progress('verify-revision'));
      return `proved by ${rules.probes} answers of ${state.healthUrl}`;
    },
    'record-release': async () => {
      await note('released', null);
      if (!plan.holds) return undefined;
      await note('held', null);
      return `${plan.environment} is held there until the hold is lifted`;
    },
  };
}

function missing(): never {
  throw new DeliveryError('LAYOUT_MISSING', 'The image was not built.');
}

/** Between plan and build the sources may have changed; an image of something else is not pushed. */
function checkLayout(layout: ImageLayout, plan: DeployPlan): ImageLayout {
  if (layout.fingerprint !== plan.fingerprint) {
    throw new DeliveryError(
      'LAYOUT_INVALID',
      `The image built has fingerprint ${layout.fingerprint.slice(0, 12)}, the plan is about ${plan.fingerprint.slice(0, 12)}: files changed meanwhile.`,
      { hint: 'Run the deploy again.' },
    );
  }
  const lacking = plan.platforms.filter((platform) => !layout.platforms.includes(platform));
  if (lacking.length > 0) {
    throw new DeliveryError(
      'LAYOUT_INVALID',
      `The image lacks ${lacking.join(', ')}; it has ${layout.platforms.join(', ')}.`,
    );
  }
  refuseMovedTags(plan, layout.digest);
  refuseBarred(plan, layout.digest);
  return layout;
}
