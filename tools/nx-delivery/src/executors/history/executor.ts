import { isLockEntry, readJournalHeadings, shortDigest } from '@ehr/delivery-core';
import type { JournalEntry } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { renderTable } from '../../reporters/render-table.ts';
import { runReporting } from '../run-reporting.ts';

interface HistoryOptions {
  readonly environment: string;
  readonly limit: number;
  readonly json: boolean;
}

/** The `history` target: what the journal in the registry says of the service in an environment, newest first. */
export default function history(
  raw: HistoryOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { options, ports } = await openDelivery(raw.environment, {}, context);
    const headings = readJournalHeadings(await ports.registry.listTags())
      .filter(({ environment, kind }) => environment === options.environment && !isLockEntry(kind))
      .slice(-raw.limit)
      .reverse();
    const entries = await Promise.all(headings.map(({ tag }) => ports.registry.readEntry(tag)));
    const found = entries.filter((entry) => entry !== null);
    process.stdout.write(raw.json ? `${JSON.stringify(found, null, 2)}\n` : `${render(found, options)}\n`);
  });
}

function render(
  entries: readonly JournalEntry[],
  { service, environment }: { service: string; environment: string },
): string {
  if (entries.length === 0) return `${service} was never released to ${environment}.`;
  return renderTable(
    ['when', 'what', 'version', 'revision', 'image', 'why'],
    entries.map(({ at, kind, version, revision, digest, reason }) => [
      at.replace('T', ' ').replace(/\.\d+Z$/, 'Z'),
      kind,
      version,
      revision.slice(0, 7),
      shortDigest(digest),
      reason,
    ]),
  );
}
