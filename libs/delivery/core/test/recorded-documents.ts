import {
  type Digest,
  type Documents,
  type JournalEntry,
  lockTag,
  openJournal,
  type Ports,
} from '../src/index.ts';
import { entryOf } from './journal-of.ts';
import type { World } from './recorded-world.ts';

/** Texts in memory; `onRecord` hears each entry of the journal that is new. */
export function recordedDocuments(
  { documents }: Pick<World, 'documents'>,
  onRecord: (entry: JournalEntry) => void = () => undefined,
): Documents {
  return {
    list: async (prefix, from, before = '~') =>
      Object.keys(documents)
        .filter((tag) => tag.startsWith(prefix) && tag >= from && tag < before)
        .sort(),
    read: async (tag) => documents[tag] ?? null,
    write: async (tag, text) => {
      const [, sequence, run] = /^journal-(\d{8})-(.{12})$/.exec(tag) ?? [];
      if (run !== undefined && documents[tag] === undefined)
        (JSON.parse(text) as { entries: JournalEntry[] }).entries
          .filter((entry) => entry.sequence === Number(sequence) && entry.run === run)
          .forEach(onRecord);
      documents[tag] = text;
    },
    remove: async (tag) => delete documents[tag],
  };
}

/** The ports' registry with other documents, also under its journal. */
export function withDocuments<R extends Ports['registry']>(
  registry: R,
  documents: Documents,
  service = 'ehr-api',
): R {
  return { ...registry, documents, journal: openJournal(service, documents) };
}

/** The registry, in which entries of this kind cannot be written to the journal. */
export function refusing({ registry }: Ports, kind: JournalEntry['kind'], error: Error): Ports['registry'] {
  const { documents } = registry;
  return withDocuments(registry, {
    ...documents,
    write: async (tag, text) => {
      const { entries = [] } = JSON.parse(text) as { entries?: JournalEntry[] };
      if (entries.at(-1)?.kind === kind) throw error;
      await documents.write(tag, text);
    },
  });
}

/** What the lock of the environment says. */
export function lockOf({ documents }: World, environment: string): Record<string, unknown> {
  return JSON.parse(documents[lockTag(environment)] ?? 'null') as Record<string, unknown>;
}

/** Its holder renews the lock. */
export function renew(world: World, environment: string): void {
  const lock = lockOf(world, environment);
  world.documents[lockTag(environment)] = JSON.stringify({ ...lock, renewal: Number(lock['renewal']) + 1 });
}

/** Somebody else writes into the journal that this happened in staging. */
export async function tell({ registry }: Ports, kind: JournalEntry['kind'], image: Digest): Promise<void> {
  await registry.journal.append([{ ...entryOf(1, kind, 'a', 'staging'), digest: image }]);
}
