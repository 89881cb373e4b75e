import { shortDigest, type JournalEntry } from '@ehr/delivery-core';
import type { Service } from '../wiring/open-service.ts';
import { formatTime } from './format-time.ts';
import { renderTable } from './render-table.ts';

/** A service's journal in an environment as a table, in the order given. */
export function renderHistory({ name, environment }: Service, entries: readonly JournalEntry[]): string {
  if (entries.length === 0) return `${name} was never released to ${environment}.\n`;
  return renderTable(
    ['when', 'what', 'version', 'revision', 'image', 'why'],
    entries.map(({ at, kind, version, revision, digest, reason }) => [
      formatTime(at),
      kind,
      version,
      revision.slice(0, 7),
      shortDigest(digest),
      reason,
    ]),
  );
}
