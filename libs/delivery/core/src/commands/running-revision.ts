import type { Environment } from '../environments.ts';
import { type JournalEntry, lastReleaseOf, readJournalHeadings } from '../journal/journal.ts';
import type { Registry } from '../ports.ts';

/**
 * What the environment was verified to run last, by the journal alone: needs no secret where images can be read without
 * one. Null when nothing was ever verified there.
 */
export async function runningRevision(
  { environment }: { readonly environment: Environment },
  { registry }: { readonly registry: Pick<Registry, 'listTags' | 'readEntry'> },
): Promise<JournalEntry | null> {
  const last = lastReleaseOf(readJournalHeadings(await registry.listTags()), environment);
  return last === undefined ? null : registry.readEntry(last.tag);
}
