import { type Digest, shortDigest } from '../image/digest.ts';

/**
 * What happened to a service, one entry an event, kept in the service's repository beside its images as OCI
 * artifacts: append-only, no other database, safe with many writers.
 */
export interface JournalEntry {
  readonly schemaVersion: 2;
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
}

const journalKinds = ['released', 'blocked', 'unblocked', 'frozen', 'unfrozen'] as const;
/** What kind of thing happened. */
export type JournalKind = (typeof journalKinds)[number];

/** What an entry's tag says by itself, so that listing tags answers most questions without a download. */
export interface JournalHeading {
  readonly tag: string;
  readonly kind: JournalKind;
  readonly environment: string;
  /** First 12 digits. */
  readonly digest: string;
  readonly sequence: number;
  readonly run: string;
}

/** Where an entry stands in the journal, and who writes it when. */
export interface EntryPlace {
  readonly sequence: number;
  readonly run: string;
  readonly now: Date;
}

/** The journal's account of something that happened to an image. */
export function journalEntry(
  about: Pick<JournalEntry, 'service' | 'environment' | 'fingerprint' | 'revision' | 'version'>,
  kind: JournalKind,
  digest: Digest,
  { sequence, run, now }: EntryPlace,
  reason: string,
): JournalEntry {
  const { service, environment, fingerprint, revision, version } = about;
  return {
    schemaVersion: 2,
    sequence,
    run,
    kind,
    service,
    environment,
    digest,
    fingerprint,
    revision,
    version,
    at: now.toISOString(),
    reason,
  };
}

/** `journal-00000042-prod-released-03995a1f4e01-0123456789ab`: sorted by name, entries are in order. */
export function journalTag(
  entry: Pick<JournalEntry, 'sequence' | 'environment' | 'kind' | 'digest' | 'run'>,
): string {
  const number = String(entry.sequence).padStart(8, '0');
  return `journal-${number}-${entry.environment}-${entry.kind}-${shortDigest(entry.digest)}-${entry.run}`;
}

/** The journal's headings among all tags of a repository, oldest first. */
export function readJournalHeadings(tags: readonly string[]): readonly JournalHeading[] {
  return tags
    .map(parseHeading)
    .filter((heading) => heading !== undefined)
    .sort(
      (a, b) => a.sequence - b.sequence || (a.run < b.run ? -1 : a.run > b.run ? 1 : a.tag < b.tag ? -1 : 1),
    );
}

/** The number of the next entry. */
export function nextSequence(headings: readonly JournalHeading[]): number {
  return (headings.at(-1)?.sequence ?? 0) + 1;
}

/**
 * Whether the image must not be shipped to the environment: it failed there and was not unblocked since. An image that
 * no environment was ever verified to run is blocked everywhere by one failure anywhere.
 */
export function isBlocked(headings: readonly JournalHeading[], environment: string, digest: string): boolean {
  const own = headings.filter((heading) => heading.digest === shortDigest(digest));
  const everywhere = own.every(({ kind }) => kind !== 'released');
  const last = own.findLast(
    (heading) =>
      (heading.kind === 'blocked' || heading.kind === 'unblocked') &&
      (everywhere || heading.environment === environment),
  );
  return last?.kind === 'blocked';
}

/** The entry that froze the environment, or undefined. */
export function freezeOf(
  headings: readonly JournalHeading[],
  environment: string,
): JournalHeading | undefined {
  const last = headings.findLast(
    (heading) =>
      (heading.kind === 'frozen' || heading.kind === 'unfrozen') && heading.environment === environment,
  );
  return last?.kind === 'frozen' ? last : undefined;
}

/** The environment's last release, by whatever path, or undefined. */
export function lastReleaseOf(
  headings: readonly JournalHeading[],
  environment: string,
): JournalHeading | undefined {
  return headings.findLast((heading) => heading.kind === 'released' && heading.environment === environment);
}

/** Whether the environment was ever verified to run the image. */
export function wasReleased(
  headings: readonly JournalHeading[],
  environment: string,
  digest: string,
): boolean {
  return headings.some(
    (heading) =>
      heading.kind === 'released' &&
      heading.environment === environment &&
      heading.digest === shortDigest(digest),
  );
}

/** Whether any environment was ever verified to run the image. */
export function wasReleasedAnywhere(headings: readonly JournalHeading[], digest: string): boolean {
  return headings.some(({ kind, digest: of }) => kind === 'released' && of === shortDigest(digest));
}

/** Whether the journal's last word on the environment is this image. */
export function isLastRelease(
  headings: readonly JournalHeading[],
  environment: string,
  digest: string,
): boolean {
  return lastReleaseOf(headings, environment)?.digest === shortDigest(digest);
}

function parseHeading(tag: string): JournalHeading | undefined {
  const match = /^journal-(\d{8})-([a-z]+)-([a-z]+)-([0-9a-f]{12})-([0-9a-f]{12})$/.exec(tag);
  const [, sequence = '', environment = '', kind = '', digest = '', run = ''] = match ?? [];
  if (!isKind(kind)) return undefined;
  return { tag, sequence: Number(sequence), kind, environment, digest, run };
}

function isKind(text: string): text is JournalKind {
  return (journalKinds as readonly string[]).includes(text);
}
