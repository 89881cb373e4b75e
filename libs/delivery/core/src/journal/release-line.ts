import { type Digest, shortDigest } from '../image/digest.ts';
import type { JournalEntry } from './journal.ts';

/**
 * The releases that led to what an environment has, oldest first: one that was rolled back from is none of them, so
 * that rolling back twice goes further back and never forward again. A rollback is a release that holds.
 */
export function releaseLine(entries: readonly JournalEntry[], environment: string): readonly JournalEntry[] {
  const own = entries.filter((entry) => entry.environment === environment);
  // A rollback and its freeze are written at once.
  const frozen = new Set(own.filter(({ kind }) => kind === 'frozen').map(placeOf));
  const line: JournalEntry[] = [];
  for (const release of own) {
    if (release.kind !== 'released' || release.withdrawn === true) continue;
    const isRollback = frozen.has(placeOf(release));
    const before = line.findLastIndex(({ digest }) => digest === release.digest);
    if (isRollback && before !== -1) line.length = before + 1;
    else if (line.at(-1)?.digest !== release.digest) line.push(release);
  }
  return line;
}

function placeOf({ sequence, run }: JournalEntry): string {
  return `${sequence} ${run}`;
}

/** The last release of each image in an environment, in order. */
export function lastReleases(entries: readonly JournalEntry[], environment: string): readonly JournalEntry[] {
  const last = new Map<Digest, JournalEntry>();
  for (const entry of entries) {
    if (entry.environment !== environment || entry.kind !== 'released') continue;
    last.delete(entry.digest);
    last.set(entry.digest, entry);
  }
  return [...last.values()];
}

/** A host keeps no more of a service's images than this. */
export const MOST_RECENT = 20;

/** The images an environment was last verified to run, each once, the last one last; first 12 digits. */
export function recentImages(entries: readonly JournalEntry[], environment: string): readonly string[] {
  return lastReleases(entries, environment)
    .slice(-MOST_RECENT)
    .map(({ digest }) => shortDigest(digest));
}
