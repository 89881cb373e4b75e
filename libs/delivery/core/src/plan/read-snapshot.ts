import { parseHealthReport } from '@ehr/health';
import type { HealthReport } from '@ehr/health';
import { parseReference } from '../image/reference.ts';
import type { Digest } from '../image/digest.ts';
import type { Environment } from '../environments.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { lastReleaseOf, readJournalHeadings } from '../journal/journal.ts';
import type { JournalEntry, JournalHeading } from '../journal/journal.ts';
import type { Ports, Source, TargetState } from '../ports.ts';
import { tagsFor } from './tag-policy.ts';
import type { Tags } from './tag-policy.ts';
import type { DeployOptions } from './normalize-options.ts';
import type { Previous } from './plan.ts';

/** What an environment is and what the registry says of the service: enough to promote or roll back. */
export interface EnvironmentSnapshot {
  /** `registry/repository`. */
  readonly repository: string;
  readonly target: TargetState & { readonly name: string; readonly canSmokeTest: boolean };
  /** What the service itself says, when it answers. */
  readonly running: HealthReport | null;
  readonly journal: readonly JournalHeading[];
  /** The last release of the environment, read when the target itself does not say which image it runs. */
  readonly lastRelease: JournalEntry | null;
  /** Tag → what it names; null for a tag that is not there. */
  readonly tags: Readonly<Record<string, Digest | null>>;
}

/** The same and what this checkout is: enough to deploy. */
export interface Snapshot extends EnvironmentSnapshot {
  readonly source: Source;
  readonly fingerprint: string;
  readonly wanted: Tags;
  /** The registry's image of this fingerprint, if it has one. */
  readonly image: Digest | null;
}

/** Reads only. Every fact a deploy's plan rests on is fetched here and nowhere else. */
export async function readSnapshot(
  options: DeployOptions,
  ports: Pick<Ports, 'source' | 'registry' | 'target' | 'prober'>,
): Promise<Snapshot> {
  const [source, fingerprint] = await Promise.all([ports.source.source(), ports.source.fingerprint()]);
  const wanted = tagsFor(options.environment, source, options.release);
  const names = [wanted.revision, ...wanted.version, ...wanted.versionMoving, ...wanted.environment];
  const [image, environment] = await Promise.all([
    ports.registry.resolve(fingerprintTag(fingerprint)),
    readEnvironment(options.environment, names, ports),
  ]);
  return { ...environment, source, fingerprint, wanted, image };
}

/** Reads only: the target, the service behind it, the journal, and what `tags` name. */
export async function readEnvironment(
  environment: Environment,
  tags: readonly string[],
  ports: Pick<Ports, 'registry' | 'target' | 'prober'>,
): Promise<EnvironmentSnapshot> {
  const [state, held, digests] = await Promise.all([
    ports.target.observe(),
    ports.registry.listTags(),
    Promise.all(tags.map((tag) => ports.registry.resolve(tag))),
  ]);
  const journal = readJournalHeadings(held);
  const released = lastReleaseOf(journal, environment);
  const says = state.image !== null && parseReference(state.image)?.digest !== undefined;
  return {
    lastRelease: says || released === undefined ? null : await ports.registry.readEntry(released.tag),
    repository: ports.registry.name,
    target: { ...state, name: ports.target.name, canSmokeTest: ports.target.smokeTest !== null },
    running: state.healthUrl === null ? null : await askIdentity(state.healthUrl, ports),
    journal,
    tags: Object.fromEntries(tags.map((tag, position) => [tag, digests[position] ?? null])),
  };
}

/**
 * What the environment ran when it was read: what the target is pinned to, or, where the target does not say
 * (a webhook, a tag nobody pinned), the journal's last release. Null when neither knows.
 */
export function previousOf({
  target,
  running,
  lastRelease,
  repository,
}: EnvironmentSnapshot): Previous | null {
  const digest = target.image === null ? undefined : parseReference(target.image)?.digest;
  const fingerprint = running?.fingerprint ?? null;
  if (target.image !== null && digest !== undefined) {
    const { revision, version } = target;
    return {
      image: target.image,
      digest,
      fingerprint,
      revision: revision ?? 'unknown',
      version: version ?? 'unversioned',
    };
  }
  if (lastRelease === null) return null;
  const { environment, revision, version } = lastRelease;
  const image = `${repository}:${environment}@${lastRelease.digest}`;
  return { image, digest: lastRelease.digest, fingerprint, revision, version };
}

async function askIdentity(url: string, { prober }: Pick<Ports, 'prober'>): Promise<HealthReport | null> {
  const answer = await prober.probe(url);
  if (answer.kind === 'silence') return null;
  const report = parseHealthReport(answer.body);
  return 'problem' in report ? null : report;
}
