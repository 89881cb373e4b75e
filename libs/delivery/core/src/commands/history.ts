import type { Environment } from '../environments.ts';
import { type JournalEntry, readJournalHeadings } from '../journal/journal.ts';
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
  { registry }: { readonly registry: Registry },
): Promise<readonly JournalEntry[]> {
  const headings = readJournalHeadings(await registry.listTags())
    .filter((heading) => heading.environment === environment)
    .slice(-limit)
    .reverse();
  const entries = await Promise.all(headings.map(({ tag }) => registry.readEntry(tag)));
  return entries.filter((entry) => entry !== null);
}
