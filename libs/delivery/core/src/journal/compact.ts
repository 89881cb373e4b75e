import { type JournalEntry, type JournalKind } from './journal.ts';
import { lastReleases, releaseLine } from './release-line.ts';

/** So many entries are kept whole, at least. */
export const WINDOW = 50;

/** Of what is older, in each environment: releases to go back to, and images that were ever verified. */
const KEPT = { line: 30, released: 100, blocked: 200 } as const;

/** What a journal says, and up to which number it is only what still matters. */
export interface Compacted {
  /** Of the last entry that may have been forgotten; 0 when none was. */
  readonly since: number;
  /** In order. */
  readonly entries: readonly JournalEntry[];
}

/** In the order of number and run; what one run wrote at once stays in its order. */
export function inOrder<P extends Pick<JournalEntry, 'sequence' | 'run'>>(
  places: readonly P[],
): readonly P[] {
  return [...places].sort((a, b) => a.sequence - b.sequence || (a.run < b.run ? -1 : a.run > b.run ? 1 : 0));
}

/**
 * Forgets of what is older than the last `WINDOW` entries what changes no answer about the present: what may be shipped,
 * what is frozen, what was verified, and where a rollback leads.
 */
export function compact({ since, entries }: Compacted): Compacted {
  let cut = Math.max(0, entries.length - WINDOW);
  // What was written at once stays together: a rollback is two entries.
  while (cut > 0 && entries[cut - 1]?.sequence === entries[cut]?.sequence) cut -= 1;
  const last = entries[cut - 1];
  if (last === undefined) return { since, entries };
  return {
    since: Math.max(since, last.sequence),
    entries: [...whatMatters(entries.slice(0, cut)), ...entries.slice(cut)],
  };
}

function whatMatters(old: readonly JournalEntry[]): readonly JournalEntry[] {
  const kept = new Map<JournalEntry, JournalEntry>();
  for (const environment of new Set(old.map((entry) => entry.environment))) {
    for (const entry of lastReleases(old, environment).slice(-KEPT.released))
      kept.set(entry, { ...entry, withdrawn: true });
    for (const entry of releaseLine(old, environment).slice(-KEPT.line)) kept.set(entry, entry);
    const own = old.filter((entry) => entry.environment === environment);
    const freeze = own.findLast(({ kind }) => is(kind, 'frozen', 'unfrozen'));
    if (freeze?.kind === 'frozen') kept.set(freeze, freeze);
  }
  for (const entry of blocks(old).slice(-KEPT.blocked)) kept.set(entry, entry);
  return old.flatMap((entry) => kept.get(entry) ?? []);
}

/** The last word on each image that is blocked somewhere, in each environment. */
function blocks(old: readonly JournalEntry[]): readonly JournalEntry[] {
  const last = new Map<string, JournalEntry>();
  for (const entry of old)
    if (is(entry.kind, 'blocked', 'unblocked')) last.set(`${entry.environment} ${entry.digest}`, entry);
  const words = [...last.values()];
  const isBlocked = new Set(words.filter(({ kind }) => kind === 'blocked').map(({ digest }) => digest));
  return inOrder(words.filter(({ digest }) => isBlocked.has(digest)));
}

function is(kind: JournalKind, ...kinds: readonly JournalKind[]): boolean {
  return kinds.includes(kind);
}
