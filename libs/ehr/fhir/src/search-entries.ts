import { type DateRange, dateRange } from './date-range.ts';
import { isResourceType } from './definitions.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What one resource offers to one search parameter. */
export type SearchEntry =
  | { readonly type: 'string'; readonly value: string; readonly wordStarts?: true }
  /** Without a code: any of the system; `system` empty: none. */
  | { readonly type: 'token'; readonly system: string; readonly code: string }
  | ({ readonly type: 'date' } & DateRange)
  | ({ readonly type: 'reference' } & Target)
  | { readonly type: 'uri'; readonly value: string };

/** A resource of this server that something refers to. */
export interface Target {
  readonly targetType: string;
  readonly targetId: string;
}

/** Before and after everything that has a date. */
export const BEGINNING = -8_640_000_000_000_000;
const END = 8_640_000_000_000_000;

/** Adds what is looked for of a value that a search expression found; `typeName` is the name of its FHIR type. */
export function addEntries(
  entries: SearchEntry[],
  kind: string,
  value: unknown,
  typeName: string,
  refersTo?: string,
): void {
  switch (kind) {
    case 'string':
      return addStrings(entries, value, typeName);
    case 'token':
      return addTokens(entries, value, typeName);
    case 'date':
      return void entries.push(...datesIn(value, typeName));
    case 'uri':
      if (typeof value === 'string') entries.push({ type: 'uri', value });
      return;
    case 'reference':
      addReference(entries, value, refersTo);
  }
}

/** The resource of this server that a literal reference names; undefined for any other. */
export function targetOf(reference: string): Target | undefined {
  const [, targetType = '', targetId = ''] =
    /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference) ?? [];
  return isResourceType(targetType) ? { targetType, targetId } : undefined;
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['family', 'given', 'prefix', 'suffix', 'text'],
  Address: ['line', 'city', 'district', 'state', 'postalCode', 'country', 'text'],
};

function addStrings(entries: SearchEntry[], value: unknown, typeName: string): void {
  if (typeof value === 'string') return void entries.push({ type: 'string', value });
  const parts = PARTS[typeName];
  if (parts === undefined || !isObject(value)) return;
  for (const part of parts)
    // In lists with extensions a part may be null.
    for (const text of [value[part] ?? []].flat())
      if (typeof text === 'string')
        entries.push({
          type: 'string',
          value: text,
          ...(typeName === 'HumanName' && { wordStarts: true as const }),
        });
}

function addTokens(entries: SearchEntry[], value: unknown, typeName: string): void {
  if (!isObject(value)) addToken(entries, '', value);
  else if (typeName === 'CodeableConcept') {
    const codings = Array.isArray(value['coding']) ? (value['coding'] as unknown[]) : [];
    for (const coding of codings) if (isObject(coding)) addToken(entries, coding['system'], coding['code']);
  } else if (typeName === 'Coding') addToken(entries, value['system'], value['code']);
  else if (typeName === 'Identifier') addToken(entries, value['system'], value['value']);
  else if (typeName === 'ContactPoint') addToken(entries, '', value['value']);
}

function addToken(entries: SearchEntry[], system: unknown, code: unknown): void {
  if (typeof code === 'string' || typeof code === 'boolean')
    entries.push({ type: 'token', system: typeof system === 'string' ? system : '', code: String(code) });
}

function datesIn(value: unknown, typeName: string): SearchEntry[] {
  if (typeof value === 'string') {
    const range = dateRange(value);
    return range ? [{ type: 'date', ...range }] : [];
  }
  if (!isObject(value)) return [];
  if (typeName === 'Period') return period(value);
  if (typeName !== 'Timing') return [];
  const events = Array.isArray(value['event']) ? (value['event'] as unknown[]) : [];
  const found = events
    .flatMap((event) => datesIn(event, 'dateTime'))
    .filter((entry) => entry.type === 'date');
  const repeat = isObject(value['repeat']) ? value['repeat'] : {};
  const bounds = isObject(repeat['boundsPeriod']) ? period(repeat['boundsPeriod']) : [];
  if (found.length === 0) return bounds;
  const low = Math.min(...found.map((entry) => entry.low));
  return [{ type: 'date', low, high: Math.max(...found.map((entry) => entry.high)) }];
}

/** Open at either end, or at both. */
function period({ start, end }: JsonObject): SearchEntry[] {
  const low = typeof start === 'string' ? dateRange(start)?.low : BEGINNING;
  const high = typeof end === 'string' ? dateRange(end)?.high : END;
  return low === undefined || high === undefined ? [] : [{ type: 'date', low, high }];
}

function addReference(entries: SearchEntry[], value: unknown, refersTo: string | undefined): void {
  if (typeof value === 'string') return void entries.push({ type: 'uri', value });
  const reference = isObject(value) ? value['reference'] : undefined;
  const target = typeof reference === 'string' ? targetOf(reference) : undefined;
  if (target !== undefined && (refersTo === undefined || refersTo === target.targetType))
    entries.push({ type: 'reference', ...target });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
