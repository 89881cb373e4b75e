import type { Environment } from '../environments.ts';
import type { Digest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { isPinned, type Reference } from '../image/reference.ts';
import {
  lastReleaseOf,
  readJournalHeadings,
  type JournalEntry,
  type JournalHeading,
} from '../journal/journal.ts';
import type { EnvironmentPorts, ProbeAnswer, Source, SourceReader, TargetState } from '../ports.ts';
import { compareRunning } from '../verify/compare-running.ts';
import type { Previous } from './plan.ts';
import { tagsFor, type WantedTag } from './tag-policy.ts';

/** What an environment is and what the registry tells of the service: enough to promote or roll back. */
export interface EnvironmentSnapshot {
  readonly service: string;
  readonly repository: Reference;
  readonly target: TargetState & { readonly name: string; readonly canSmokeTest: boolean };
  /** What the service's address answers; null without an address. */
  readonly answer: ProbeAnswer | null;
  readonly journal: readonly JournalHeading[];
  /** The last release of the environment, read when the target itself does not tell which image it runs. */
  readonly lastRelease: JournalEntry | null;
  /** Tag → what it names; null for a tag that is not there. */
  readonly tags: Readonly<Record<string, Digest | null>>;
}

/** The same and what this checkout is: enough to deploy. */
export interface Snapshot extends EnvironmentSnapshot {
  readonly source: Source;
  readonly fingerprint: string;
  readonly wanted: readonly WantedTag[];
  /** The registry's image of this fingerprint, if it has one. */
  readonly image: Digest | null;
}

/** What a deploy is about. */
export interface SnapshotSubject {
  readonly service: string;
  readonly environment: Environment;
  /** A version tag; null for a push to a branch. */
  readonly release: string | null;
}

/** Reads only. Every fact a deploy's plan rests on is fetched here and nowhere else. */
export async function readSnapshot(
  { service, environment, release }: SnapshotSubject,
  ports: EnvironmentPorts & { readonly source: SourceReader },
): Promise<Snapshot> {
  const [source, fingerprint] = await Promise.all([ports.source.source(), ports.source.fingerprint()]);
  const wanted = tagsFor(environment, source, release);
  const names = wanted.map(({ tag }) => tag);
  const [image, snapshot] = await Promise.all([
    ports.registry.resolve(fingerprintTag(fingerprint)),
    readEnvironment(service, environment, names, ports),
  ]);
  return { ...snapshot, source, fingerprint, wanted, image };
}

/** Reads only: the target, the service behind it, the journal, and what `tags` name. */
export async function readEnvironment(
  service: string,
  environment: Environment,
  tags: readonly string[],
  { registry, target, prober }: EnvironmentPorts,
): Promise<EnvironmentSnapshot> {
  const [state, listed, digests] = await Promise.all([
    target.inspect(),
    registry.listTags(),
    Promise.all(tags.map((tag) => registry.resolve(tag))),
  ]);
  const journal = readJournalHeadings(listed);
  const released = lastReleaseOf(journal, environment);
  return {
    service,
    repository: registry.repository,
    target: { ...state, name: target.name, canSmokeTest: target.smokeTest !== null },
    answer: state.healthUrl === null ? null : await prober.probe(state.healthUrl),
    journal,
    lastRelease:
      isPinned(state.image) || released === undefined ? null : await registry.readEntry(released.tag),
    tags: Object.fromEntries(tags.map((tag, position) => [tag, digests[position] ?? null])),
  };
}

/**
 * What the environment ran when it was read: what the target is pinned to, or, where the target does not tell
 * (a webhook, a tag nobody pinned), the journal's last release. Null when neither knows.
 */
export function previousOf(snapshot: EnvironmentSnapshot): Previous | null {
  const { target, lastRelease, repository } = snapshot;
  const fingerprint = compareWith(snapshot, null).report?.fingerprint ?? null;
  if (isPinned(target.image)) {
    const { revision, version } = target;
    return {
      image: target.image,
      fingerprint,
      revision: revision ?? 'unknown',
      version: version ?? 'unversioned',
    };
  }
  if (lastRelease === null) return null;
  const { environment, digest, revision, version } = lastRelease;
  return { image: { ...repository, tag: environment, digest }, fingerprint, revision, version };
}

/** What answers in the environment, compared with an image of this fingerprint (null: with any of the service). */
export function compareWith({ answer, service }: EnvironmentSnapshot, fingerprint: string | null) {
  return compareRunning(answer, { service, fingerprint });
}
