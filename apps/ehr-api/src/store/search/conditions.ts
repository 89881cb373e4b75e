import {
  type Criterion,
  type DateMatch,
  type DatePrefix,
  type ReferenceMatch,
  searchParameterOf,
  type StringMatch,
  type TokenMatch,
  type UriMatch,
} from '@ehr/fhir/server';
import { paramId, typeId } from '../ids.ts';
import { indexedText } from '../index-rows.ts';
import { NO_SYSTEM, type TokenHash } from '../token-hash.ts';

export type Bind = (value: unknown) => string;

/** Whose resources of which type are looked for. */
export interface Where {
  readonly type: string;
  readonly tenantId: number;
  readonly tokenHash: TokenHash;
}

/** Rows of an index table, called `s`, by which a criterion is met. */
export interface Rows {
  readonly table: 'search_string' | 'search_token' | 'search_date' | 'search_reference' | 'compartment';
  /** Numbers of the parameters whose rows they are; null in a table that knows none. */
  readonly params: readonly number[] | null;
  /** One condition for each value of the criterion, one of which is true. */
  readonly anyOf: readonly string[];
}

/** The rows that meet a criterion; null for one that is about the resource's own columns. */
export function rowsOf(criterion: Criterion, where: Where, bind: Bind): Rows | null {
  if (criterion.type === 'id' || criterion.type === 'lastUpdated') return null;
  if (criterion.type === 'compartment') {
    const own = `s.patient_id = ${bind(criterion.patient)} and s.type_id = ${bind(typeId(where.type))}::int`;
    return { table: 'compartment', params: null, anyOf: [own] };
  }
  const { parameter } = criterion;
  const { sources = [parameter] } = searchParameterOf(where.type, parameter) ?? {};
  const params = sources.map((source) => paramId(where.type, source));
  switch (criterion.type) {
    case 'token':
      return { table: 'search_token', params, anyOf: criterion.anyOf.map((match) => tokenCondition(match, where, bind)) }; // prettier-ignore
    case 'string':
      return { table: 'search_string', params, anyOf: criterion.anyOf.map((match) => stringCondition(match, bind)) }; // prettier-ignore
    case 'uri':
      return { table: 'search_string', params, anyOf: criterion.anyOf.map((match) => uriCondition(match, bind)) }; // prettier-ignore
    case 'reference':
      return { table: 'search_reference', params, anyOf: criterion.anyOf.map((match) => targetCondition(match, parameter, where, bind)) }; // prettier-ignore
    case 'date':
      return { table: 'search_date', params, anyOf: criterion.anyOf.map((match) => dateCondition(match, bind)) }; // prettier-ignore
  }
}

/** A criterion as a set of keys, found by its values. */
export function inSet(criterion: Criterion, where: Where, bind: Bind): string {
  const rows = rowsOf(criterion, where, bind);
  if (rows === null) return ownCondition(criterion, bind);
  if (isNegative(criterion)) return asProbe(criterion, where, bind);
  const params = rows.params === null ? '' : `and s.param_id = any(${bind(rows.params)}::int[])`;
  return `r.pk in (select s.pk from ${rows.table} s where s.tenant_id = ${bind(where.tenantId)}::smallint ${params} and (${rows.anyOf.join(' or ')}))`;
}

/**
 * A criterion asked of one resource, by its key alone: what has a `limit` is not made a join, and `+ 0` keeps the planner from
 * looking values up once more.
 */
export function asProbe(criterion: Criterion, where: Where, bind: Bind): string {
  const rows = rowsOf(criterion, where, bind);
  if (rows === null) return ownCondition(criterion, bind);
  const params = rows.params === null ? '' : `and s.param_id + 0 = any(${bind(rows.params)}::int[])`;
  const found = `(select true from ${rows.table} s where s.pk = r.pk ${params} and (${rows.anyOf.join(' or ')}) limit 1)`;
  return `${found} ${isNegative(criterion) ? 'is not true' : 'is true'}`;
}

/** Whether it is met by what is not there. */
export function isNegative(criterion: Criterion): boolean {
  return criterion.type === 'token' && criterion.not === true;
}

function ownCondition(criterion: Criterion, bind: Bind): string {
  if (criterion.type === 'id') return `r.id = any(${bind(criterion.anyOf)}::text[])`;
  if (criterion.type !== 'lastUpdated') return 'true';
  return `(${criterion.anyOf.map((match) => timeCondition(match, bind)).join(' or ')})`;
}

function targetCondition(
  { targetTypes, targetId }: ReferenceMatch,
  parameter: string,
  { type }: Where,
  bind: Bind,
): string {
  const { only } = searchParameterOf(type, parameter) ?? {};
  const asked = only === undefined || targetTypes.length > 0 ? targetTypes : [only];
  const types = asked.filter((one) => only === undefined || one === only);
  if (types.length === 0 && asked.length > 0) return 'false';
  const [first, ...others] = types.map(typeId);
  if (first === undefined) return `(s.target_id = ${bind(targetId)})`;
  // Of one type the rows are in order.
  const ofTypes =
    others.length === 0
      ? ` and s.target_type_id = ${bind(first)}::int`
      : ` and s.target_type_id = any(${bind([first, ...others])}::int[])`;
  return `(s.target_id = ${bind(targetId)}${ofTypes})`;
}

function tokenCondition({ system, code }: TokenMatch, { tokenHash }: Where, bind: Bind): string {
  const hash = (value: string) => `${bind(value)}::bigint`;
  const ofSystem = system === undefined || system === '' ? NO_SYSTEM : tokenHash('system', system);
  if (code === undefined) return `s.hash = ${hash(ofSystem)}`;
  const ofCode = `s.hash = ${hash(tokenHash('code', code))}`;
  return system === undefined ? ofCode : `(${ofCode} and s.system = ${hash(ofSystem)})`;
}

function uriCondition({ how, uri }: UriMatch, bind: Bind): string {
  const is = (one: string) => `(s.value = ${bind(one.slice(0, 500))} and s.exact = ${bind(one)})`;
  if (how === 'is') return is(uri);
  const whole = uri.replace(/\/+$/u, '');
  if (how === 'below') {
    // `/` is followed by `0` in byte order: what begins with the one is before what begins with the other.
    const under = bind(`${whole}/`.slice(0, 500));
    return `(${is(whole)} or (s.value >= ${under} and s.value < ${bind(`${whole}0`.slice(0, 500))} and starts_with(s.exact, ${bind(`${whole}/`)})))`;
  }
  const places = [...whole.matchAll(/(?<=[^/:])\/(?!\/)/gu)].map(({ index }) => whole.slice(0, index));
  return `(${[...new Set([...places, whole])].map(is).join(' or ')})`;
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
  // What ends there begins before: the index is read from one end to the other.
  eq: 'L >= LOW and L < HIGH and H <= HIGH',
  ne: 'not (L >= LOW and H <= HIGH)',
  gt: 'H > HIGH',
  lt: 'L < LOW',
  ge: 'H > HIGH or (L >= LOW and H <= HIGH)',
  le: 'L < LOW or (L >= LOW and H <= HIGH)',
  sa: 'L >= HIGH',
  eb: 'H <= LOW',
  ap: 'L < HIGH and H > LOW',
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
