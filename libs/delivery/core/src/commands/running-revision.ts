import type { Environment } from '../environments.ts';
import { type JournalEntry, lastReleaseOf } from '../journal/journal.ts';
import type { Registry } from '../ports.ts';

/**
 * What the environment was verified to run last, by the journal alone: needs no secret where images can be read without
 * one. Null when nothing was ever verified there.
 */
export async function runningRevision(
  { environment }: { readonly environment: Environment },
  { registry }: { readonly registry: Pick<Registry, 'journal'> },
): Promise<JournalEntry | null> {
  return lastReleaseOf((await registry.journal.read()).entries, environment) ?? null;
}
