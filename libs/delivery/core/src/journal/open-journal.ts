import { compact, type Compacted, inOrder } from './compact.ts';
import type { Documents } from './documents.ts';
import type { Happening, JournalEntry } from './journal.ts';
import {
  DOCUMENT_PREFIX,
  type DocumentPlace,
  documentTag,
  HIGHEST,
  NEWEST_TAG,
  parseDocument,
  parseDocumentTag,
  printDocument,
  tagOfNumber,
} from './journal-document.ts';

/** What a service's journal says. */
interface JournalReading extends Compacted {
  /** What is not as it should be, for people: documents that are broken, foreign, or gone. */
  readonly problems: readonly string[];
}

/**
 * What happened to a service, beside its images in the registry: no other database, safe with many writers. Each change
 * writes one document more, under a number one above the highest known, and each document tells all: what still matters
 * of the past and the last `WINDOW` entries. So the newest one is enough, and older ones may be lost.
 */
export interface Journal {
  read(): Promise<JournalReading>;
  /** Different after a reading that found something new. */
  state(): string;
  /** The entries that were forgotten before `since`, as the last document that had them whole tells; null when it is gone. */
  readBefore(since: number): Promise<Compacted | null>;
  /**
   * Writes what happened at once behind everything that is there by now; `look` sees that first, and what it throws
   * keeps it from being written. Returns all entries.
   */
  append(happenings: readonly Happening[], look?: Look): Promise<readonly JournalEntry[]>;
}

/** Looks at the journal right before something is written into it. */
export type Look = (entries: readonly JournalEntry[]) => Promise<void>;

/** Runs that write at once do not see each other; so many numbers back is looked for documents that the newest lacks. */
const OVERLAP = 20;
/** No reading downloads more documents. */
const MOST_READ = 50;
/** Documents that are kept, where the registry deletes tags; and after how many the older ones are looked for. */
const KEPT = { documents: 1000, every: 50 } as const;

const NOTHING: Compacted = { since: 0, entries: [] };

/** The journal of a service among these documents. */
export function openJournal(service: string, documents: Documents): Journal {
  /** What was read so far: every later reading only looks for what is new. */
  let known: Compacted | null = null;
  /** The highest number of any document, whoever wrote it. */
  let highest = 0;
  /** Tags that hold nothing of ours: they are read once. */
  const broken = new Set<string>();

  async function readNew(): Promise<readonly string[]> {
    const problems: string[] = [];
    const hint = known === null ? parseDocument(service, await documents.read(NEWEST_TAG)) : null;
    let best = known ?? hint ?? NOTHING;
    const from = Math.max(0, topOf(best) - OVERLAP);
    const tags = await documents.list(DOCUMENT_PREFIX, tagOfNumber(from));
    const places = tags.flatMap((tag) => {
      const place = parseDocumentTag(tag);
      if (place === undefined) problems.push(`the tag ${tag} is no document of the journal`);
      return place ?? [];
    });
    highest = Math.max(0, ...places.map(({ sequence }) => sequence));
    if (highest < topOf(best))
      problems.push(`document ${topOf(best)}, the newest, is gone from the registry; nothing is lost by it`);
    let reads = 0;
    // Newest first: as a rule the first one tells what all others do.
    for (const place of inOrder(places).toReversed()) {
      const tag = documentTag(place);
      if (has(best, place)) continue;
      if (broken.has(tag) || reads === MOST_READ) continue;
      reads += 1;
      const found = parseDocument(service, await documents.read(tag));
      // One that stands under another's number was copied there.
      if (found === null || topOf(found) !== place.sequence) broken.add(tag);
      else best = together(best, found);
    }
    problems.push(...[...broken].map((tag) => `${tag} cannot be read as a document of this journal`));
    known = best;
    return problems;
  }

  return {
    read: async () => {
      const problems = await readNew();
      return { ...(known ?? NOTHING), problems };
    },
    state: () => `${topOf(known ?? NOTHING)} ${(known ?? NOTHING).entries.length}`,
    readBefore: async (since) => {
      const from = tagOfNumber(Math.max(0, since - OVERLAP));
      const places = (await documents.list(DOCUMENT_PREFIX, from, tagOfNumber(since + 1))).flatMap(
        (tag) => parseDocumentTag(tag) ?? [],
      );
      for (const place of places.toReversed()) {
        const found = parseDocument(service, await documents.read(documentTag(place)));
        if (found !== null) return found;
      }
      return null;
    },
    append: async (happenings, look) => {
      await readNew();
      const { since, entries } = known ?? NOTHING;
      await look?.(entries);
      const [first] = happenings;
      if (first === undefined) return entries;
      const top = topOf({ since, entries });
      // Above what is not ours, too: a search begins with the highest.
      const sequence = (highest < HIGHEST ? Math.max(top, highest) : top) + 1;
      const next = compact({
        since,
        entries: [...entries, ...happenings.map((one) => ({ ...one, sequence }))],
      });
      const text = printDocument(service, next);
      await documents.write(documentTag({ sequence, run: first.run }), text);
      known = next;
      // It only spares readers a search.
      await documents.write(NEWEST_TAG, text).catch(() => undefined);
      if (sequence % KEPT.every === 0) await removeOld(documents, sequence).catch(() => undefined);
      return next.entries;
    },
  };
}

/** Until the registry refuses. */
async function removeOld(documents: Documents, sequence: number): Promise<void> {
  if (sequence <= KEPT.documents) return;
  const old = await documents.list(DOCUMENT_PREFIX, DOCUMENT_PREFIX, tagOfNumber(sequence - KEPT.documents));
  for (const tag of old) if (!(await documents.remove(tag))) return;
}

function topOf({ since, entries }: Compacted): number {
  return Math.max(since, entries.at(-1)?.sequence ?? 0);
}

/** Whether these entries hold what the document at this place told first. */
function has({ since, entries }: Compacted, { sequence, run }: DocumentPlace): boolean {
  return sequence <= since || entries.some((entry) => entry.sequence === sequence && entry.run === run);
}

/** What two documents tell. What the newer one has forgotten stays forgotten. */
function together(a: Compacted, b: Compacted): Compacted {
  const [newer, older] = topOf(a) >= topOf(b) ? [a, b] : [b, a];
  const further = older.entries.filter((entry) => entry.sequence > newer.since && !has(newer, entry));
  return { since: newer.since, entries: inOrder([...newer.entries, ...further]) };
}
