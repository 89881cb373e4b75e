import { shortDigest, type Digest } from '../image/digest.ts';

/**
 * What happened to a service, one entry an event, kept in the service's repository beside its images as OCI
 * artifacts: append-only, no other database, safe with many writers.
 */
export interface JournalEntry {
  readonly schemaVersion: 1;
  /**
   * `released`: the environment was verified to run the image, by whatever path · `blocked`: the image failed its
   * verification and is not shipped again · `unblocked` · `frozen`: automation leaves the environment alone, after a
   * rollback · `unfrozen` · `locked` and `unlocked`: a run is at work there (see lock.ts).
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

const journalKinds = [
  'released',
  'blocked',
  'unblocked',
  'frozen',
  'unfrozen',
  'locked',
  'unlocked',
] as const;
/** What kind of thing happened. */
export type JournalKind = (typeof journalKinds)[number];

/** Whether an entry is about a lock, and says nothing about what runs. */
export function isLockEntry(kind: JournalKind): boolean {
  return kind === 'locked' || kind === 'unlocked';
}

/** What an entry's tag says by itself, so that listing tags answers most questions without a download. */
export interface JournalHeading {
  readonly tag: string;
  readonly kind: JournalKind;
  readonly environment: string;
  /** First 12 digits. */
  readonly digest: string;
  readonly at: string;
}

/** The journal's account of something that happened to an image. */
export function journalEntry(
  about: Pick<JournalEntry, 'service' | 'environment' | 'fingerprint' | 'revision' | 'version'>,
  kind: JournalKind,
  digest: Digest,
  now: Date,
  reason: string,
): JournalEntry {
  const { service, environment, fingerprint, revision, version } = about;
  return {
    schemaVersion: 1,
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

/** `journal-20261123T162044957Z-prod-released-03995a1f4e01`: sorted by name, entries are sorted by time. */
export function journalTag(entry: Pick<JournalEntry, 'kind' | 'environment' | 'digest' | 'at'>): string {
  const time = entry.at.replace(/[-:.]/g, '');
  return `journal-${time}-${entry.environment}-${entry.kind}-${shortDigest(entry.digest)}`;
}

/** The journal's headings among all tags of a repository, oldest first. */
export function readJournalHeadings(tags: readonly string[]): readonly JournalHeading[] {
  return tags
    .map(parseHeading)
    .filter((heading) => heading !== undefined)
    .sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** Whether the image is blocked: its last block was not lifted since. */
export function isBlocked(headings: readonly JournalHeading[], digest: string): boolean {
  const last = headings.findLast(
    (heading) =>
      (heading.kind === 'blocked' || heading.kind === 'unblocked') && heading.digest === shortDigest(digest),
  );
  return last?.kind === 'blocked';
}

/** The entry that holds the environment, or undefined. */
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

/** Whether the journal's last word on the environment is this image. */
export function isLastRelease(
  headings: readonly JournalHeading[],
  environment: string,
  digest: string,
): boolean {
  return lastReleaseOf(headings, environment)?.digest === shortDigest(digest);
}

const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

function parseHeading(tag: string): JournalHeading | undefined {
  const match = /^journal-([0-9TZ]+)-([a-z]+)-([a-z-]+)-([0-9a-f]{12})$/.exec(tag);
  const [, time = '', environment = '', kind = '', digest = ''] = match ?? [];
  const at = time.replace(TIME, '$1-$2-$3T$4:$5:$6.$7Z');
  if (at === time || !isKind(kind)) return undefined;
  return { tag, kind, environment, digest, at };
}

function isKind(text: string): text is JournalKind {
  return (journalKinds as readonly string[]).includes(text);
}
