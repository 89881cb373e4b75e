import type { Environment } from '../environments.ts';
import type { Digest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { formatReference, isPinned, type Reference } from '../image/reference.ts';
import { isBlocked, type JournalEntry, lastReleaseOf, releaseOf, wasReleased } from '../journal/journal.ts';
import { releaseLine } from '../journal/release-line.ts';
import type {
  EnvironmentPorts,
  ProbeAnswer,
  Registry,
  Source,
  SourceReader,
  Target,
  TargetState,
} from '../ports.ts';
import type { Trust } from '../trust.ts';
import { compareRunning } from '../verify/compare-running.ts';
import { doubtAbout } from './doubt.ts';
import { type Order, orderOf, type Standing } from './order.ts';
import type { Previous } from './plan.ts';
import { tagsFor, type WantedTag } from './tag-policy.ts';

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
  /** Why the one that it has does not count; null when it does, or there is none. */
  readonly doubt: string | null;
  /** How this checkout stands to what runs; `newer` when nothing is known to run. */
  readonly ordering: Ordering;
  /** The commit that the remote's Git tag of the release names; null without a release or a tag. */
  readonly tagged: string | null;
}

/** What a deploy is about. */
export interface SnapshotSubject {
  readonly service: string;
  readonly environment: Environment;
  /** A version tag; null for a push to a branch. */
  readonly release: string | null;
  /** What an image must have to be believed, as os/architecture. */
  readonly platforms: readonly string[];
}

/** What is read for a deploy; without `trust` nobody asks whether the registry's image counts. */
type SnapshotPorts = EnvironmentPorts & { readonly source: SourceReader; readonly trust?: Trust };

/** Reads only. Every fact a deploy's plan rests on is fetched here and nowhere else. */
export async function readSnapshot(
  { service, environment, release, platforms }: SnapshotSubject,
  ports: SnapshotPorts,
): Promise<Snapshot> {
  const [source, fingerprint, base, tagged] = await Promise.all([
    ports.source.source(),
    ports.source.fingerprint(),
    ports.source.base(),
    release === null ? null : ports.source.tagged(release),
  ]);
  const wanted = tagsFor(environment, source, release);
  const names = wanted.map(({ tag }) => tag);
  const [found, snapshot] = await Promise.all([
    ports.registry.resolve(fingerprintTag(fingerprint)),
    readEnvironment(service, environment, names, ports),
  ]);
  const standing = { revision: source.revision, version: release?.replace(/^v/, '') ?? 'unversioned' };
  const released = release === null ? null : versionThatRuns(snapshot);
  const ordering = await orderAfter(standing, snapshot, ports.source, released);
  // What runs and was verified is not looked at again.
  const isNews = found !== null && found !== snapshot.runs;
  const doubt = isNews ? await doubtAbout(found, { fingerprint, platforms, base }, ports) : null;
  const image = doubt === null ? found : null;
  return { ...snapshot, source, fingerprint, base, wanted, image, doubt, ordering, tagged };
}

/** The version under which the journal knows what runs; null when it knows none, or something else ran last. */
function versionThatRuns({ runs, journal, environment }: EnvironmentSnapshot): Standing | null {
  const last = lastReleaseOf(journal, environment);
  return last === undefined || last.digest !== runs || last.version === 'unversioned' ? null : last;
}

/** How something stands to what an environment runs. */
export interface Ordering {
  readonly order: Order;
  /** What it is compared with; null when nothing is known to run. */
  readonly than: Standing | null;
}

/** How `next` stands to what the environment is known to run; `newer` when that is nothing. */
export async function orderAfter(
  next: Standing,
  snapshot: EnvironmentSnapshot,
  source: SourceReader,
  /** What runs was released as this, which the service itself need not know: it was not started again for it. */
  released: Standing | null = null,
): Promise<Ordering> {
  const { environment, lastRelease } = snapshot;
  const previous = previousOf(snapshot);
  // On a laptop a try is a try.
  if (previous === null || environment === 'local') return { order: 'newer', than: null };
  // What is set up was never verified there: what was verified last counts, too.
  if (lastRelease !== null && (await orderOf(next, lastRelease, environment, source)) === 'older')
    return { order: 'older', than: lastRelease };
  const than = released ?? previous;
  return { order: await orderOf(next, than, environment, source), than };
}

/** Reads only: the target, the service behind it, the journal, and what `tags` name. */
export async function readEnvironment(
  service: string,
  environment: Environment,
  tags: readonly string[],
  { registry, target, prober }: EnvironmentPorts,
): Promise<EnvironmentSnapshot> {
  const [state, { entries: journal }, digests] = await Promise.all([
    target.inspect(),
    registry.journal.read(),
    Promise.all(tags.map((tag) => registry.resolve(tag))),
  ]);
  const runs = await runningDigest(state, environment, target, registry);
  const isKnown = runs !== null && wasReleased(journal, environment, runs);
  const lastRelease = isKnown
    ? undefined
    : releaseLine(journal, environment).findLast(({ digest }) => !isBlocked(journal, environment, digest));
  const [answer, pinned] = await Promise.all([
    state.healthUrl === null ? null : prober.probe(state.healthUrl),
    isKnown || runs === null ? null : registry.describe(runs),
  ]);
  return {
    service,
    environment,
    repository: registry.repository,
    target: {
      ...state,
      name: target.name,
      canSmokeTest: target.smokeTest !== null,
      followsTag: target.followsTag,
    },
    answer,
    runs,
    journal,
    lastRelease: lastRelease ?? null,
    pinnedFingerprint: pinned?.fingerprint ?? null,
    tags: Object.fromEntries(tags.map((tag, position) => [tag, digests[position] ?? null])),
  };
}

async function runningDigest(
  { image, digest }: TargetState,
  environment: Environment,
  { followsTag }: Target,
  registry: Registry,
): Promise<Digest | null> {
  if (isPinned(image)) return image.digest;
  if (digest !== null) return digest;
  if (followsTag) return registry.resolve(environment);
  const isOurs = image?.repository === registry.repository.repository && image.tag !== undefined;
  return isOurs ? registry.resolve(image.tag) : null;
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
  { answer, service, environment }: EnvironmentSnapshot,
  fingerprint: string | null,
) {
  return compareRunning(answer, { service, environment, fingerprint });
}
