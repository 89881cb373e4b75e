import { coreError } from '../errors/catalog.ts';
import { formatBytes } from '../format.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { type Plan, plannedDigest, rollsOut, tagNames } from '../plan/plan.ts';
import { refuseBlocked, refuseMovedTags, refuseSchema, refuseStandIn } from '../plan/refusals.ts';
import type { ImageLayout, Ports } from '../ports.ts';
import { tagExact } from './move-tags.ts';
import type { StepRunner } from './run-steps.ts';

/** What came of publishing; the error ended it. */
export interface Publication {
  /** Null when the image was neither in the registry nor built. */
  readonly digest: Digest | null;
  /** Of blobs: layers and configs. */
  readonly sentBytes: number;
  readonly error: unknown;
}

/** What publishing needs. */
export type PublishPorts = Pick<Ports, 'builder' | 'gate' | 'attester' | 'registry' | 'clock'>;

/** Builds, inspects, pushes and attests the image unless the registry has it; then writes the tags that never move. */
export async function publish(
  plan: Plan,
  reviewedDigest: Digest | null,
  steps: StepRunner,
  ports: PublishPorts,
): Promise<Publication> {
  const { registry } = ports;
  let known: Omit<Publication, 'error'> = { digest: plannedDigest(plan), sentBytes: 0 };
  try {
    const built = await steps.run('build-image', async () => {
      await ports.attester.ready();
      const startedOn = ports.clock.now();
      const layout = await buildPlanned(plan, ports);
      refuseOther(layout.digest, reviewedDigest);
      const value = { layout, startedOn, finishedOn: ports.clock.now() };
      return { value, message: `${shortDigest(layout.digest)}, ${formatBytes(layout.blobBytes)}` };
    });
    if (built !== undefined) {
      const { layout, ...times } = built;
      known = { ...known, digest: layout.digest };
      await steps.act('gate-image', () => inspect(layout, ports));
      const sentBytes = await steps.run('push-image', async (onProgress) => {
        const { sentBytes: value, ...blobs } = await registry.push(
          layout,
          ({ sentBytes: sent, totalBytes }) =>
            onProgress(`${formatBytes(sent)} of at most ${formatBytes(totalBytes)}`),
        );
        const message = `${formatBytes(value)} sent in ${blobs.sentBlobs} blobs, ${blobs.presentBlobs} were there`;
        return { value, message };
      });
      known = { ...known, sentBytes: sentBytes ?? 0 };
      const { service, version, revision, fingerprint } = plan;
      const { digest, platforms } = layout;
      const facts = { service, version, revision, fingerprint, digest, platforms, ...times };
      await steps.act('attest-image', async () => ports.attester.attest(facts));
    } else {
      for (const kind of ['gate-image', 'push-image', 'attest-image'] as const)
        await steps.act(kind, nothing);
    }
    const { digest } = known;
    if (digest !== null) {
      await steps.act('tag-fingerprint', () => registry.tag(digest, fingerprintTag(plan.fingerprint)));
      await steps.act('tag-revision', async () => {
        await tagExact(plan, 'revision', digest, registry);
        for (const tag of tagNames(plan, 'trial')) await registry.tag(digest, tag);
      });
      await steps.act('tag-version', () => tagExact(plan, 'version', digest, registry));
    }
    return { ...known, error: null };
  } catch (error) {
    return { ...known, error };
  }
}

/**
 * The image of the plan, built. Between plan and build the sources may have changed: an image of something else is
 * refused.
 * @throws LAYOUT_INVALID, BASE_IS_STAND_IN, TAG_IMMUTABLE, IMAGE_BLOCKED, SCHEMA_BEYOND
 */
export async function buildPlanned(plan: Plan, { builder }: Pick<Ports, 'builder'>): Promise<ImageLayout> {
  const layout = await builder.build();
  if (layout.fingerprint !== plan.fingerprint) {
    throw coreError(
      'LAYOUT_INVALID',
      `The image built has fingerprint ${layout.fingerprint.slice(0, 12)}, the plan is about ${plan.fingerprint.slice(0, 12)}: files changed meanwhile.`,
      { hint: 'Run the deploy again.' },
    );
  }
  const wanted = plan.image.kind === 'to-build' ? plan.image.platforms : [];
  const lacking = wanted.filter((platform) => !layout.platforms.includes(platform));
  if (lacking.length > 0) {
    throw coreError(
      'LAYOUT_INVALID',
      `The image lacks ${lacking.join(', ')}; it has ${layout.platforms.join(', ')}.`,
    );
  }
  refuseStandIn(layout.standInFor, plan.environment, plan.repository);
  refuseMovedTags(plan, layout.digest);
  refuseBlocked(plan, layout.digest);
  if (rollsOut(plan)) refuseSchema(layout.schema, plan.schema, plan.environment);
  return layout;
}

async function inspect(layout: ImageLayout, { gate }: PublishPorts): Promise<string> {
  const { refusals, warnings, accepted, message } = await gate.inspect(layout);
  if (refusals > 0) throw coreError('GATE_REFUSED', `The image must not be shipped as it is:\n${message}`);
  if (warnings + accepted === 0) return 'nothing found';
  const counts = [warnings > 0 && `${warnings} warnings`, accepted > 0 && `${accepted} accepted`];
  return `${counts.filter(Boolean).join(', ')}:\n${message}`;
}

async function nothing(): Promise<void> {
  // Skipped: the registry has the image.
}

/** An applied plan is about the very image that was reviewed. */
function refuseOther(digest: Digest, reviewed: Digest | null): void {
  if (reviewed === null || reviewed === digest) return;
  throw coreError(
    'PLAN_CHANGED',
    `The plan is about image ${shortDigest(reviewed)}; what was built now is ${shortDigest(digest)}.`,
  );
}
