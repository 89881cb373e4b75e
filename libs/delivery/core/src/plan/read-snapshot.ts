import type { DatabaseSchema } from '@ehr/health';
import type { Environment } from '../environments.ts';
import type { Digest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { isPinned } from '../image/reference.ts';
import { schemaLeftBy } from '../image/schema.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { isBlocked, lastReleaseOf, wasReleased } from '../journal/journal.ts';
import { releaseLine } from '../journal/release-line.ts';
import type { EnvironmentPorts, Registry, SourceReader, Target, TargetState } from '../ports.ts';
import type { Trust } from '../trust.ts';
import type { Comparison } from '../verify/compare-running.ts';
import { examine } from './doubt.ts';
import { orderOf, type Standing } from './order.ts';
import {
  compareWith,
  type EnvironmentSnapshot,
  type Ordering,
  previousOf,
  type Snapshot,
} from './snapshot.ts';
import { tagsFor } from './tag-policy.ts';

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
  const { doubt, schema: imageSchema } = isNews
    ? await examine(found, { fingerprint, platforms, base }, ports)
    : { doubt: null, schema: null };
  const image = doubt === null ? found : null;
  return { ...snapshot, source, fingerprint, base, wanted, image, imageSchema, doubt, ordering, tagged };
}

/** The version under which the journal knows what runs; null when it knows none, or something else ran last. */
function versionThatRuns({ runs, journal, environment }: EnvironmentSnapshot): Standing | null {
  const last = lastReleaseOf(journal, environment);
  return last === undefined || last.digest !== runs || last.version === 'unversioned' ? null : last;
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
  const describe = () => (runs === null ? null : registry.describe(runs));
  const [answer, unknown] = await Promise.all([
    state.healthUrl === null ? null : prober.probe(state.healthUrl),
    isKnown ? null : describe(),
  ]);
  const running = compareWith({ answer, service, environment }, null);
  // Who says who it is tells of its database; of what is silent, its image does.
  const pinned = unknown ?? (running.report === null ? await describe() : null);
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
    schema: databaseSchema(running, pinned),
    tags: Object.fromEntries(tags.map((tag, position) => [tag, digests[position] ?? null])),
  };
}

function databaseSchema({ state, report }: Comparison, image: StoredImage | null): DatabaseSchema | null {
  if (report === null) return image?.schema == null ? null : schemaLeftBy(image.schema);
  return state === 'wrong-service' || state === 'wrong-environment' ? null : report.schema;
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
