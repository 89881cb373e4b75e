import { datesIn } from './date-entries.ts';
import type { DateRange } from './date-range.ts';
import { isResourceType } from './definitions.ts';
import { quantitiesIn, type QuantityEntry } from './quantity-entries.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What a modifier looks at in place of the value itself. */
export type Aspect = 'text' | 'identifier' | 'of-type';

/** What one resource offers to one search parameter. */
export type SearchEntry =
  | { readonly type: 'string'; readonly value: string; readonly wordStarts?: true; readonly aspect?: 'text' }
  /** `system` or `code` empty: none. */
  | { readonly type: 'token'; readonly system: string; readonly code: string; readonly aspect?: 'identifier' | 'of-type' } // prettier-ignore
  | ({ readonly type: 'date' } & DateRange)
  | ({ readonly type: 'reference' } & Target)
  | { readonly type: 'uri'; readonly value: string }
  | QuantityEntry
  | { readonly type: 'position'; readonly latitude: number; readonly longitude: number }
  /** There is a value, by which nothing can be found. */
  | { readonly type: 'present' };

/** A resource of this server that something refers to. */
export interface Target {
  readonly targetType: string;
  readonly targetId: string;
}

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
      for (const range of datesIn(value, typeName)) entries.push({ type: 'date', ...range });
      return;
    case 'number':
    case 'quantity':
      return void entries.push(...quantitiesIn(value, typeName));
    case 'uri':
      if (typeof value === 'string') entries.push({ type: 'uri', value });
      return;
    case 'reference':
      return addReference(entries, value, refersTo);
    case 'special':
      return addPosition(entries, value);
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
  if (!isObject(value)) return addToken(entries, '', value);
  switch (typeName) {
    case 'CodeableConcept': {
      const codings = Array.isArray(value['coding']) ? (value['coding'] as unknown[]) : [];
      for (const coding of codings) if (isObject(coding)) addCoding(entries, coding);
      return addText(entries, value['text']);
    }
    case 'Coding':
      return addCoding(entries, value);
    case 'Identifier':
      return addIdentifier(entries, value);
    case 'ContactPoint':
      return addToken(entries, '', value['value']);
  }
}

function addCoding(entries: SearchEntry[], { system, code, display }: JsonObject): void {
  addToken(entries, system, code);
  addText(entries, display);
}

function addIdentifier(entries: SearchEntry[], { system, value, type }: JsonObject): void {
  addToken(entries, system, value);
  if (!isObject(type)) return;
  addText(entries, type['text']);
  const codings = Array.isArray(type['coding']) ? (type['coding'] as unknown[]) : [];
  for (const coding of codings) {
    if (!isObject(coding) || typeof coding['code'] !== 'string' || typeof value !== 'string') continue;
    const typed = typeof coding['system'] === 'string' ? coding['system'] : '';
    entries.push({ type: 'token', aspect: 'of-type', system: typed, code: typedIdentifier(coding['code'], value) }); // prettier-ignore
  }
}

/** What an identifier of a type is found by: the code of its type, and its value. */
export function typedIdentifier(code: string, value: string): string {
  return `${code}|${value}`;
}

/** A code, a system that something has no code of (`code` is empty), or both. */
function addToken(entries: SearchEntry[], system: unknown, code: unknown): void {
  const isCode = typeof code === 'string' || typeof code === 'boolean';
  if (!isCode && typeof system !== 'string') return;
  entries.push({ type: 'token', system: typeof system === 'string' ? system : '', code: isCode ? String(code) : '' }); // prettier-ignore
}

function addText(entries: SearchEntry[], value: unknown): void {
  if (typeof value === 'string') entries.push({ type: 'string', aspect: 'text', value });
}

function addReference(entries: SearchEntry[], value: unknown, refersTo: string | undefined): void {
  if (typeof value === 'string') return void entries.push({ type: 'uri', value });
  if (!isObject(value)) return;
  const { reference, identifier } = value;
  const isAsked = (type: string | undefined) => refersTo === undefined || refersTo === type;
  if (typeof reference === 'string') {
    const target = targetOf(reference);
    if (target !== undefined) {
      if (isAsked(target.targetType)) entries.push({ type: 'reference', ...target });
    } else if (isAsked(reference.split('/').at(-2))) entries.push({ type: 'uri', value: reference });
  }
  if (isObject(identifier)) {
    const found: SearchEntry[] = [];
    addToken(found, identifier['system'], identifier['value']);
    for (const one of found) if (one.type === 'token') entries.push({ ...one, aspect: 'identifier' });
  }
}

function addPosition(entries: SearchEntry[], value: unknown): void {
  if (!isObject(value)) return;
  const { latitude, longitude } = value;
  if (typeof latitude === 'number' && typeof longitude === 'number')
    entries.push({ type: 'position', latitude, longitude });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
