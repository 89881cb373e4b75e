import type { Environment } from '../environments.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { Registry } from '../ports.ts';

/** Which part of the journal is read. */
export interface HistoryRequest {
  readonly environment: Environment;
  /** How many entries at most. */
  readonly limit: number;
}

/** What happened to a service in an environment, by the journal: newest first. */
export async function history(
  { environment, limit }: HistoryRequest,
  { registry: { journal } }: { readonly registry: Pick<Registry, 'journal'> },
): Promise<readonly JournalEntry[]> {
  const own = (entries: readonly JournalEntry[]) =>
    entries.filter((entry) => entry.environment === environment);
  let { since, entries } = await journal.read();
  const found: JournalEntry[] = [];
  for (;;) {
    const [from, whole] = [since, own(entries.filter(({ sequence }) => sequence > since))];
    found.unshift(...whole);
    if (found.length >= limit || since === 0) break;
    const older = await journal.readBefore(since);
    if (older === null || older.since >= from) {
      // What is older is gone: what was remembered of it is all there is.
      found.unshift(...own(entries.filter(({ sequence }) => sequence <= from)));
      break;
    }
    since = older.since;
    entries = older.entries.filter(({ sequence }) => sequence <= from);
  }
  return found.slice(-limit).reverse();
}
