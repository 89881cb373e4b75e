import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import { movingTagsOf, versionTagsIn } from '../image/version-tags.ts';
import { isBlocked, type JournalEntry, wasReleasedAnywhere } from '../journal/journal.ts';
import { releaseLine } from '../journal/release-line.ts';
import type { PlannedTag } from '../plan/plan.ts';
import type { Registry } from '../ports.ts';
import { pointAt } from './move-tags.ts';

/** A moving tag that was pointed at another image. */
export interface MovedTag {
  readonly tag: string;
  /** The exact tag of the version it names now, or the image's digest in short. */
  readonly version: string;
}

/** What was read or written a moment ago. */
interface KnownNames {
  readonly entries: readonly JournalEntry[];
  /** Tag → what it names; null for one that is not there. Ranges are read again before it is over, exact tags are not. */
  readonly named: ReadonlyMap<string, Digest | null>;
}

/** Two releases at once settle in two rounds, n in n; more means that somebody else moves tags without end. */
const MAX_ROUNDS = 20;

/**
 * Points ranges such as `1.2` and `1` at the highest version in them that was verified, whoever released it: by an
 * environment, by the journal, or just now (`verifiedNow`, by a smoke test or a rollout). What a range names already
 * stays a candidate. A registry cannot compare and swap, so after writing it looks again and mends what a release in
 * between made stale: whoever writes last has seen every exact tag there is.
 * @throws TAGS_UNSETTLED
 */
export async function settleRanges(
  registry: Registry,
  ranges: readonly string[],
  verifiedNow: Digest | null,
  known?: KnownNames,
): Promise<readonly MovedTag[]> {
  if (ranges.length === 0) return [];
  const moved = new Map<string, string>();
  /** Exact tags never move: each is read once. */
  const exact = new Map(known?.named);
  const resolveExact = async (tag: string) => {
    const named = exact.get(tag) ?? (await registry.resolve(tag));
    exact.set(tag, named);
    return named;
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const tags = await registry.listTags('v');
    const isKnown = round === 0 && known !== undefined;
    const entries = isKnown ? known.entries : (await registry.journal.read()).entries;
    let settled = true;
    for (const range of ranges) {
      const actual = isKnown ? (known.named.get(range) ?? null) : await registry.resolve(range);
      const winner = await winnerOf(range, tags, entries, [actual, verifiedNow], resolveExact);
      if (winner === null || winner.digest === actual) continue;
      await registry.tag(winner.digest, range);
      moved.set(range, winner.version);
      settled = false;
    }
    if (settled) return [...moved].map(([tag, version]) => ({ tag, version }));
  }
  throw coreError(
    'TAGS_UNSETTLED',
    `The tags ${ranges.join(', ')} of ${MAX_ROUNDS} rounds did not stay where they were put.`,
  );
}

/**
 * Points tags that follow an environment (its own, and of prod `latest`) at what it was verified to run last, by the
 * journal, and is neither blocked there nor rolled back from; and looks again, as above. Returns those that moved.
 * @throws TAGS_UNSETTLED
 */
export async function settleFollowing(
  registry: Registry,
  environment: Environment,
  tags: readonly string[],
  pointed: PointedTags | null = null,
): Promise<readonly MovedTag[]> {
  if (tags.length === 0) return [];
  const moved = new Map<string, string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { entries } = await registry.journal.read();
    const last = lastShippable(entries, environment);
    if (last === undefined) break;
    // While it is this run's still, whoever pointed a tag elsewhere since finds that when it looks again, as we do.
    const isOurs = round === 0 && pointed?.digest === last.digest;
    let settled = true;
    for (const tag of tags) {
      if (isOurs && pointed.moved.some((one) => one.tag === tag)) continue;
      if (!(await pointAt(tag, last.digest, registry))) continue;
      moved.set(tag, nameOf(last));
      settled = false;
    }
    if (settled) return [...moved].map(([tag, version]) => ({ tag, version }));
  }
  throw coreError(
    'TAGS_UNSETTLED',
    `The tags ${tags.join(', ')} do not stay at what ${environment} was verified to run last.`,
  );
}

/** Tags that were pointed at an image a moment ago, without looking. */
export interface PointedTags {
  /** Null when there is nothing to follow. */
  readonly digest: Digest | null;
  readonly moved: readonly MovedTag[];
}

/**
 * Points such tags there, by a journal that was read a moment ago and by what the tags named when the plan was made.
 * `settleFollowing` has to look afterwards.
 */
export async function pointFollowing(
  registry: Registry,
  environment: Environment,
  tags: readonly PlannedTag[],
  entries: readonly JournalEntry[],
): Promise<PointedTags> {
  const last = lastShippable(entries, environment);
  if (last === undefined) return { digest: null, moved: [] };
  const { digest } = last;
  const stale = tags.filter(({ was }) => was !== digest);
  for (const { tag } of stale) await registry.tag(digest, tag);
  return { digest, moved: stale.map(({ tag }) => ({ tag, version: nameOf(last) })) };
}

function lastShippable(entries: readonly JournalEntry[], environment: Environment): JournalEntry | undefined {
  return releaseLine(entries, environment).findLast(({ digest }) => !isBlocked(entries, environment, digest));
}

function nameOf({ version, digest }: JournalEntry): string {
  return version === 'unversioned' ? shortDigest(digest) : `v${version}`;
}

async function winnerOf(
  range: string,
  tags: readonly string[],
  entries: readonly JournalEntry[],
  known: readonly (Digest | null)[],
  resolveExact: (tag: string) => Promise<Digest | null>,
): Promise<{ version: string; digest: Digest } | null> {
  for (const version of versionTagsIn(tags)) {
    if (!movingTagsOf(version).includes(range)) continue;
    const digest = await resolveExact(version);
    if (digest === null) continue;
    const isVerified = known.includes(digest) || wasReleasedAnywhere(entries, digest);
    // A version that failed everywhere it was tried, or in prod, is nothing to follow.
    if (isVerified && !isBlocked(entries, 'prod', digest)) return { version, digest };
  }
  return null;
}
