import type { JournalHeading } from './journal.ts';

/**
 * The releases that led to what an environment has, oldest first: one that was rolled back from is none of them, so
 * that rolling back twice goes further back and never forward again. A rollback is a release that holds.
 */
export function releaseLine(
  journal: readonly JournalHeading[],
  environment: string,
): readonly JournalHeading[] {
  const own = journal.filter(
    (entry) => entry.environment === environment && (entry.kind === 'released' || entry.kind === 'frozen'),
  );
  const line: JournalHeading[] = [];
  for (const [position, release] of own.entries()) {
    if (release.kind !== 'released') continue;
    const isRollback = [own[position - 1], own[position + 1]].some(
      (beside) => beside?.kind === 'frozen' && beside.digest === release.digest,
    );
    const before = line.findLastIndex(({ digest }) => digest === release.digest);
    if (isRollback && before !== -1) line.length = before + 1;
    else if (line.at(-1)?.digest !== release.digest) line.push(release);
  }
  return line;
}

/** A host keeps no more of a service's images than this. */
export const MOST_RECENT = 20;

/** The images an environment was last verified to run, each once, the last one last; by the journal's short digests. */
export function recentImages(journal: readonly JournalHeading[], environment: string): readonly string[] {
  const released = journal.filter((entry) => entry.environment === environment && entry.kind === 'released');
  const newestFirst = new Set(released.map(({ digest }) => digest).reverse());
  return [...newestFirst].slice(0, MOST_RECENT).reverse();
}
