import {
  type Criterion,
  type DateMatch,
  type DatePrefix,
  type ReferenceMatch,
  type Search,
  searchParameterOf,
  type StringMatch,
  type TokenMatch,
} from '@ehr/fhir/server';
import { binding, type Store } from './context.ts';
import { paramId, typeId } from './ids.ts';
import { indexedText } from './index-rows.ts';
import { type StoredVersion, toStoredVersion, VERSION_COLUMNS, type VersionRow } from './stored-version.ts';
import { NO_SYSTEM, type TokenHash } from './token-hash.ts';

/** A page of a search's matches, and whether there are more. */
export interface Page {
  readonly matches: readonly StoredVersion[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: string;
}

type Bind = (value: unknown) => string;

/** One page of matches, newest record first; `search.count` is at least 1. */
export async function findResources(store: Store, type: string, search: Search): Promise<Page> {
  const { values, bind } = binding();
  const after = search.after ? ` and r.pk < ${bind(search.after)}::bigint` : '';
  const where = `${conditionOf(store, type, search, bind)}${after}`;
  const rows = await store.on.query<VersionRow>(
    `select ${VERSION_COLUMNS}
     from resource r where ${where} order by r.pk desc limit ${bind(search.count + 1)}`,
    values,
  );
  const shown = rows.slice(0, search.count);
  const last = shown.at(-1);
  return {
    matches: shown.map((row) => toStoredVersion(type, row)),
    ...(rows.length > shown.length && last ? { next: last.pk } : {}),
  };
}

/** How many match. */
export async function countResources(store: Store, type: string, search: Search): Promise<number> {
  const { values, bind } = binding();
  const where = conditionOf(store, type, search, bind);
  const [row] = await store.on.query<{ total: number }>(
    `select count(*)::int as total from resource r where ${where}`,
    values,
  );
  return row?.total ?? 0;
}

function conditionOf({ access, tokenHash }: Store, type: string, search: Search, bind: Bind): string {
  return [
    access.condition('r', bind),
    `r.type_id = ${bind(typeId(type))} and not r.deleted`,
    ...search.criteria.map((criterion) =>
      condition(criterion, { type, tenantId: access.tenantId, tokenHash }, bind),
    ),
  ].join(' and ');
}

interface Where {
  readonly type: string;
  readonly tenantId: number;
  readonly tokenHash: TokenHash;
}

function condition(criterion: Criterion, where: Where, bind: Bind): string {
  switch (criterion.type) {
    case 'id':
      return `r.id = any(${bind(criterion.anyOf)}::text[])`;
    case 'lastUpdated':
      return `(${criterion.anyOf.map((match) => timeCondition(match, bind)).join(' or ')})`;
    case 'token':
      return matching('search_token', criterion, where, bind, criterion.anyOf.map((match) => tokenCondition(match, where, bind))); // prettier-ignore
    case 'string':
      return matching('search_string', criterion, where, bind, criterion.anyOf.map((match) => stringCondition(match, bind))); // prettier-ignore
    case 'uri': {
      const value = (uri: string) => `(s.value = ${bind(uri.slice(0, 500))} and s.exact = ${bind(uri)})`;
      return matching('search_string', criterion, where, bind, criterion.anyOf.map(value));
    }
    case 'reference':
      return matching('search_reference', criterion, where, bind, criterion.anyOf.map((match) => targetCondition(match, criterion, where, bind))); // prettier-ignore
    case 'date':
      return matching('search_date', criterion, where, bind, criterion.anyOf.map((match) => dateCondition(match, bind))); // prettier-ignore
  }
}

function matching(
  table: 'search_string' | 'search_token' | 'search_date' | 'search_reference',
  { parameter }: { readonly parameter: string },
  { type, tenantId }: Where,
  bind: Bind,
  anyOf: readonly string[],
): string {
  const { sources = [parameter] } = searchParameterOf(type, parameter) ?? {};
  const ids = sources.map((source) => paramId(type, source));
  // Of one only, the planner knows in which order its rows are read.
  const own = ids.length === 1 ? `= ${bind(ids[0])}` : `= any(${bind(ids)}::int[])`;
  const param = `s.tenant_id = ${bind(tenantId)}::smallint and s.param_id ${own}`;
  return `r.pk in (select s.pk from ${table} s where ${param} and (${anyOf.join(' or ')}))`;
}

function targetCondition(
  { targetTypes, targetId }: ReferenceMatch,
  { parameter }: { readonly parameter: string },
  { type }: Where,
  bind: Bind,
): string {
  const { only } = searchParameterOf(type, parameter) ?? {};
  const asked = only === undefined || targetTypes.length > 0 ? targetTypes : [only];
  const types = asked.filter((one) => only === undefined || one === only);
  if (types.length === 0 && asked.length > 0) return 'false';
  const ofTypes = types.length === 0 ? '' : ` and s.target_type_id = any(${bind(types.map(typeId))}::int[])`;
  return `(s.target_id = ${bind(targetId)}${ofTypes})`;
}

function tokenCondition({ system, code }: TokenMatch, { tokenHash }: Where, bind: Bind): string {
  const hash = (value: string) => `${bind(value)}::bigint`;
  const ofSystem = system === undefined || system === '' ? NO_SYSTEM : tokenHash('system', system);
  if (code === undefined) return `s.hash = ${hash(ofSystem)}`;
  const ofCode = `s.hash = ${hash(tokenHash('code', code))}`;
  return system === undefined ? ofCode : `(${ofCode} and s.system = ${hash(ofSystem)})`;
}

function stringCondition({ how, text }: StringMatch, bind: Bind): string {
  const value = bind(indexedText(text));
  if (how === 'contains') return `strpos(s.value, ${value}) > 0`;
  if (how === 'exact') return `(s.value = ${value} and s.exact = ${bind(text)})`;
  // In byte order everything that starts with x lies between x and x + the last character there is.
  return `(s.value >= ${value} and s.value < ${bind(`${indexedText(text)}\u{10FFFF}`)})`;
}

/** The meaning of each prefix is stated, and tested, with `datePrefixes` of the fhir library. */
const dateConditions: Readonly<Record<DatePrefix, string>> = {
  eq: 'L >= LOW and H <= HIGH',
  ne: 'not (L >= LOW and H <= HIGH)',
  gt: 'H > HIGH',
  lt: 'L < LOW',
  ge: 'H > HIGH or (L >= LOW and H <= HIGH)',
  le: 'L < LOW or (L >= LOW and H <= HIGH)',
  sa: 'L >= HIGH',
  eb: 'H <= LOW',
};

function dateCondition({ prefix, range }: DateMatch, bind: Bind): string {
  return between(prefix, 's.low', 's.high', (limit) => `${bind(String(range[limit]))}::bigint`);
}

/** A time has no length: it ends where it begins, a millisecond later. */
function timeCondition({ prefix, range }: DateMatch, bind: Bind): string {
  const instant = (limit: 'low' | 'high') => `${bind(new Date(range[limit]).toISOString())}::timestamptz`;
  return between(prefix, 'r.last_updated', "(r.last_updated + interval '1 millisecond')", instant);
}

function between(
  prefix: DatePrefix,
  low: string,
  high: string,
  limit: (name: 'low' | 'high') => string,
): string {
  const sql = dateConditions[prefix];
  const words: Record<string, () => string> = {
    L: () => low,
    H: () => high,
    LOW: () => limit('low'),
    HIGH: () => limit('high'),
  };
  return `(${sql.replace(/\b(?:LOW|HIGH|L|H)\b/gu, (word) => words[word]?.() ?? word)})`;
}
