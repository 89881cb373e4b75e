import type { Digest } from '../image/digest.ts';

/** One thing that happened to a service in an environment. */
export interface JournalEntry {
  /**
   * One above the highest number that the writer saw. What came first is decided by it and never by a clock; of equal
   * numbers the writers did not know of each other, and their runs' ids decide.
   */
  readonly sequence: number;
  /** The id of the run that wrote it. */
  readonly run: string;
  /**
   * `released`: the environment was verified to run the image, by whatever path · `blocked`: the image failed its
   * verification and is not shipped there again · `unblocked` · `frozen`: automation leaves the environment alone,
   * after a rollback · `unfrozen`.
   */
  readonly kind: JournalKind;
  readonly service: string;
  readonly environment: string;
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
  readonly version: string;
  /** RFC 3339, UTC, with milliseconds. */
  readonly at: string;
  /** How it came about, for people: `deploy`, `rollback to v1.0.0`, why a block was lifted. */
  readonly reason: string;
  /** Of a release that is remembered only as one that was verified once: it is no place to go back to. */
  readonly withdrawn?: true;
  /** Of an image of a laptop's tree with changes that no commit holds: `revision` is the commit they are on. */
  readonly dirty?: true;
  /** Of the CI run that wrote it; a laptop's has none. */
  readonly address?: string;
}

/** The commit of an entry, as it is shown: first 7 digits, and whether it is all of what the image was made of. */
export function shortRevision({ revision, dirty }: Pick<JournalEntry, 'revision' | 'dirty'>): string {
  return `${revision.slice(0, 7)}${dirty === true ? '-dirty' : ''}`;
}

/** An entry before it has its number. */
export type Happening = Omit<JournalEntry, 'sequence'>;

export const journalKinds = ['released', 'blocked', 'unblocked', 'frozen', 'unfrozen'] as const;
/** What kind of thing happened. */
export type JournalKind = (typeof journalKinds)[number];

/** The journal's account of something that happened to an image. */
export function happening(
  about: Pick<JournalEntry, 'service' | 'environment' | 'fingerprint' | 'revision' | 'version' | 'dirty'>,
  kind: JournalKind,
  digest: Digest,
  {
    run,
    now,
  }: { readonly run: { readonly id: string; readonly address: string | null }; readonly now: Date },
  reason: string,
): Happening {
  const { service, environment, fingerprint, revision, version, dirty } = about;
  const image = { digest, fingerprint, revision, version, ...(dirty === true && { dirty }) };
  const by = { run: run.id, ...(run.address !== null && { address: run.address }) };
  return { ...by, kind, service, environment, ...image, at: now.toISOString(), reason };
}

/** Whether the image must not be shipped to the environment. */
export function isBlocked(entries: readonly JournalEntry[], environment: string, digest: Digest): boolean {
  return blockOf(entries, environment, digest) !== undefined;
}

/**
 * The entry that keeps the image from being shipped to the environment: it failed there and was not unblocked since. An
 * image that no environment was ever verified to run is blocked everywhere by one failure anywhere.
 */
export function blockOf(
  entries: readonly JournalEntry[],
  environment: string,
  digest: Digest,
): JournalEntry | undefined {
  const own = entries.filter((entry) => entry.digest === digest);
  const everywhere = own.every(({ kind }) => kind !== 'released');
  const last = own.findLast(
    (entry) =>
      (entry.kind === 'blocked' || entry.kind === 'unblocked') &&
      (everywhere || entry.environment === environment),
  );
  return last?.kind === 'blocked' ? last : undefined;
}

/** The entry that froze the environment, or undefined. */
export function freezeOf(entries: readonly JournalEntry[], environment: string): JournalEntry | undefined {
  const last = entries.findLast(
    (entry) => (entry.kind === 'frozen' || entry.kind === 'unfrozen') && entry.environment === environment,
  );
  return last?.kind === 'frozen' ? last : undefined;
}

/** The environment's last release, by whatever path, or undefined. */
export function lastReleaseOf(
  entries: readonly JournalEntry[],
  environment: string,
): JournalEntry | undefined {
  return entries.findLast((entry) => entry.kind === 'released' && entry.environment === environment);
}

/** The last time that the environment was verified to run the image, or undefined. */
export function releaseOf(
  entries: readonly JournalEntry[],
  environment: string,
  digest: Digest,
): JournalEntry | undefined {
  return entries.findLast(
    (entry) => entry.kind === 'released' && entry.environment === environment && entry.digest === digest,
  );
}

/** Whether the environment was ever verified to run the image. */
export function wasReleased(entries: readonly JournalEntry[], environment: string, digest: Digest): boolean {
  return releaseOf(entries, environment, digest) !== undefined;
}

/** Whether any environment was ever verified to run the image. */
export function wasReleasedAnywhere(entries: readonly JournalEntry[], digest: Digest): boolean {
  return entries.some(({ kind, digest: of }) => kind === 'released' && of === digest);
}

/** Whether the journal's last word on the environment is this image. */
export function isLastRelease(
  entries: readonly JournalEntry[],
  environment: string,
  digest: Digest,
): boolean {
  return lastReleaseOf(entries, environment)?.digest === digest;
}
