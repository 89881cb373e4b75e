import type { DatabaseSchema } from '@ehr/health';
import type { Environment } from '../environments.ts';
import type { Digest } from '../image/digest.ts';
import { formatReference, isPinned, type Reference } from '../image/reference.ts';
import type { ImageSchema } from '../image/schema.ts';
import { type JournalEntry, releaseOf, wasReleased } from '../journal/journal.ts';
import type { ProbeAnswer, Source, TargetState } from '../ports.ts';
import { compareRunning } from '../verify/compare-running.ts';
import type { Order, Standing } from './order.ts';
import type { Previous } from './plan.ts';
import type { WantedTag } from './tag-policy.ts';

/** What an environment is and what the registry tells of the service: enough to promote or roll back. */
export interface EnvironmentSnapshot {
  readonly service: string;
  readonly environment: Environment;
  readonly repository: Reference;
  readonly target: TargetState & {
    readonly name: string;
    readonly canSmokeTest: boolean;
    readonly followsTag: boolean;
  };
  /** What the service's address answers; null without an address. */
  readonly answer: ProbeAnswer | null;
  /** The digest that is set up, or that runs by the platform's account, or that the tag it was started by names. */
  readonly runs: Digest | null;
  readonly journal: readonly JournalEntry[];
  /**
   * The last release of the environment that is not blocked there, read when the journal does not know the image that
   * the target is set up with as one that was verified there.
   */
  readonly lastRelease: JournalEntry | null;
  /** What the registry has of the image that the target is set up with, read when the journal does not know it. */
  readonly pinnedFingerprint: string | null;
  /** Of its database, by the service itself, or as the image that is set up leaves it; null when neither tells. */
  readonly schema: DatabaseSchema | null;
  /** Tag → what it names; null for a tag that is not there. */
  readonly tags: Readonly<Record<string, Digest | null>>;
}

/** The same and what this checkout is: enough to deploy. */
export interface Snapshot extends EnvironmentSnapshot {
  readonly source: Source;
  readonly fingerprint: string;
  /** The reference of what its image is built on. */
  readonly base: string;
  readonly wanted: readonly WantedTag[];
  /** The registry's image of this fingerprint, if it has one that counts. */
  readonly image: Digest | null;
  /** On which schemas that one runs; null also where nobody had to look at it. */
  readonly imageSchema: ImageSchema | null;
  /** Why the one that it has does not count; null when it does, or there is none. */
  readonly doubt: string | null;
  /** How this checkout stands to what runs; `newer` when nothing is known to run. */
  readonly ordering: Ordering;
  /** The commit that the remote's Git tag of the release names; null without a release or a tag. */
  readonly tagged: string | null;
}

/** How something stands to what an environment runs. */
export interface Ordering {
  readonly order: Order;
  /** What it is compared with; null when nothing is known to run. */
  readonly than: Standing | null;
}

/** What the target is set up with, to be compared: a digest, or the reference of what nobody pinned. */
export function pinOfState({ image }: Pick<TargetState, 'image'>): string | null {
  if (isPinned(image)) return image.digest;
  return image === null ? null : formatReference(image);
}

/**
 * What the environment ran when it was read, and what a failed rollout is undone to: what the target is set up with if
 * it was verified there before, or answers now as that image does, or speaks no health contract (it was started by
 * something else); otherwise the last release that was verified there. An image that never answered is none: it is what
 * the rollout before failed with.
 */
export function previousOf(snapshot: EnvironmentSnapshot): Previous | null {
  const { target, runs, lastRelease, repository, environment, journal, pinnedFingerprint, answer } = snapshot;
  const { report, state } = compareWith(snapshot, null);
  const fingerprint = report?.fingerprint ?? null;
  if (runs !== null) {
    const isOther = state === 'wrong-service' || state === 'wrong-environment';
    const answersAsIt =
      report === null ? speaksNoContract(answer) : !isOther && fingerprint === pinnedFingerprint;
    if (wasReleased(journal, environment, runs) || answersAsIt) {
      // A webhook does not tell under which commit it was released; the journal does.
      const known = releaseOf(journal, environment, runs);
      const image = { ...(target.image ?? repository), tag: target.image?.tag ?? environment, digest: runs };
      return {
        image,
        fingerprint,
        revision: target.revision ?? known?.revision ?? 'unknown',
        version: target.version ?? known?.version ?? 'unversioned',
      };
    }
  }
  if (lastRelease === null) return null;
  const { digest, revision, version } = lastRelease;
  return { image: { ...repository, tag: environment, digest }, fingerprint, revision, version };
}

/** Something answers, and it is no health report: an image from before the contract. Without an address nobody knows better. */
function speaksNoContract(answer: ProbeAnswer | null): boolean {
  return answer === null || (answer.kind === 'answer' && answer.status < 500);
}

/** The last release that was verified there, where the image `digest` replaced it although it is older. */
export function replacedBy(
  digest: Digest | null,
  { runs, lastRelease, repository }: EnvironmentSnapshot,
): Previous | null {
  if (digest === null || runs !== digest || lastRelease === null || lastRelease.digest === digest)
    return null;
  const { environment: tag, revision, version, fingerprint } = lastRelease;
  return { image: { ...repository, tag, digest: lastRelease.digest }, revision, version, fingerprint };
}

/** What answers in the environment, compared with an image of this fingerprint (null: with any of the service). */
export function compareWith(
  { answer, service, environment }: Pick<EnvironmentSnapshot, 'answer' | 'service' | 'environment'>,
  fingerprint: string | null,
) {
  return compareRunning(answer, { service, environment, fingerprint });
}
