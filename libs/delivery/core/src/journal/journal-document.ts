import { isDigest } from '../image/digest.ts';
import { type Compacted, inOrder } from './compact.ts';
import { type JournalEntry, journalKinds } from './journal.ts';

/** The tag that names the newest document that somebody knew of. */
export const NEWEST_TAG = 'journal';
/** What the tags of all documents begin with. */
export const DOCUMENT_PREFIX = 'journal-';
/** A number above is nobody's: whoever counts one by one never gets there. */
export const HIGHEST = 90_000_000;

/** Where a document stands. */
export interface DocumentPlace {
  readonly sequence: number;
  readonly run: string;
}

/** `journal-00000042-0123456789ab`: sorted by name, documents are in order. */
export function documentTag({ sequence, run }: DocumentPlace): string {
  return `${tagOfNumber(sequence)}-${run}`;
}

/** What the tags of the documents with this number begin with. */
export function tagOfNumber(sequence: number): string {
  return `${DOCUMENT_PREFIX}${String(sequence).padStart(8, '0')}`;
}

/** The place that a document's tag tells; undefined for a tag that is none of ours. */
export function parseDocumentTag(tag: string): DocumentPlace | undefined {
  const [, sequence = '', run = ''] = /^journal-(\d{8})-([0-9a-f]{12})$/.exec(tag) ?? [];
  return run === '' || Number(sequence) > HIGHEST ? undefined : { sequence: Number(sequence), run };
}

/** The document's text. */
export function printDocument(service: string, { since, entries }: Compacted): string {
  return JSON.stringify({ schemaVersion: 3, service, since, entries });
}

/** Reads a document; null when it is none of this service, or anything in it is not as we write it. */
export function parseDocument(service: string, text: string | null): Compacted | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    if (value?.['schemaVersion'] !== 3 || value['service'] !== service) return null;
    const { since, entries } = value;
    if (!isNumber(since) || !Array.isArray(entries) || !entries.every(isEntry)) return null;
    return { since, entries: inOrder(entries.map(harmless)) };
  } catch {
    return null;
  }
}

const texts = ['service', 'environment', 'fingerprint', 'revision', 'version', 'at', 'reason'] as const;

function isEntry(value: unknown): value is JournalEntry {
  const entry = value as Partial<Record<keyof JournalEntry, unknown>> | null;
  return (
    entry !== null &&
    typeof entry === 'object' &&
    isNumber(entry.sequence) &&
    typeof entry.run === 'string' &&
    /^[0-9a-f]{12}$/.test(entry.run) &&
    (journalKinds as readonly unknown[]).includes(entry.kind) &&
    typeof entry.digest === 'string' &&
    isDigest(entry.digest) &&
    texts.every((name) => typeof entry[name] === 'string') &&
    !Number.isNaN(Date.parse(String(entry.at))) &&
    [entry.withdrawn, entry.dirty].every((flag) => flag === undefined || flag === true) &&
    (entry.address === undefined || typeof entry.address === 'string')
  );
}

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= HIGHEST;
}

/** Others may write to a registry, too: what it says is shown on terminals and in summaries. */
export function harmless<Record extends object>(record: Record): Record {
  const clean = (value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{C}/gu, '?').slice(0, 1000) : value;
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, clean(value)])) as Record;
}
