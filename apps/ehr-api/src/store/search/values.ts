import {
  type Area,
  type DateMatch,
  type DatePrefix,
  type QuantityMatch,
  type ReferenceMatch,
  searchParameterOf,
  type StringMatch,
  type TokenMatch,
  type UriMatch,
} from '@ehr/fhir/server';
import { typeId } from '../ids.ts';
import { indexedText } from '../indexed-text.ts';
import { NO_SYSTEM, type TokenHash } from '../token-hash.ts';

/** Gives a value of a statement its `$n`. */
export type Bind = (value: unknown) => string;

/* What is asked of an index row, called `s`, by each kind of value. */

/** Of references: one condition for each resource that is meant; or, with `asOne`, for all of a type together. */
export function targetConditions(
  matches: readonly ReferenceMatch[],
  [type, parameter]: readonly [type: string, parameter: string],
  bind: Bind,
  asOne: boolean,
): readonly string[] {
  const { only } = searchParameterOf(type, parameter) ?? {};
  const conditions: string[] = [];
  const together = new Map<string, string[]>();
  for (const { targetTypes, targetId } of matches) {
    const asked = only === undefined || targetTypes.length > 0 ? targetTypes : [only];
    const types = asked.filter((one) => only === undefined || one === only);
    if (types.length === 0 && asked.length > 0) continue;
    const key = asOne ? types.join() : `${types.join()} ${targetId}`;
    together.set(key, [...(together.get(key) ?? []), targetId]);
    if (together.get(key)?.length === 1) conditions.push(key);
  }
  return conditions.map((key) => {
    const ids = together.get(key) ?? [];
    const isId =
      ids.length === 1 ? `s.target_id = ${bind(ids[0])}` : `s.target_id = any(${bind(ids)}::text[])`;
    const [first, ...others] = (key.split(' ')[0] ?? '').split(',').filter(Boolean).map(typeId);
    if (first === undefined) return `(${isId})`;
    // Of one type the rows are in order.
    return others.length === 0
      ? `(${isId} and s.target_type_id = ${bind(first)}::int)`
      : `(${isId} and s.target_type_id = any(${bind([first, ...others])}::int[]))`;
  });
}

/** Of a token: code, system, or both. */
export function tokenCondition({ system, code }: TokenMatch, tokenHash: TokenHash, bind: Bind): string {
  const hash = (value: string) => `${bind(value)}::bigint`;
  const ofSystem = system === undefined || system === '' ? NO_SYSTEM : tokenHash('system', system);
  if (code === undefined) return `(s.system = ${hash(ofSystem)} and s.system <> 0)`;
  const ofCode = `s.hash = ${hash(tokenHash('code', code))}`;
  return system === undefined ? ofCode : `(${ofCode} and s.system = ${hash(ofSystem)})`;
}

/** Of an address: whole, or by what it lies under. */
export function uriCondition({ how, uri }: UriMatch, bind: Bind): string {
  const is = (one: string) => `(s.value = ${bind(one.slice(0, 500))} and s.exact = ${bind(one)})`;
  /** What begins with this, and goes on: in byte order it stands before what begins with the next character. */
  const begins = (start: string, next: string) =>
    `(s.value >= ${bind(start.slice(0, 500))} and s.value < ${bind(next.slice(0, 500))} and starts_with(s.exact, ${bind(start)}))`;
  if (how === 'is') return is(uri);
  // `|` is followed by `}`, and `/` by `0`.
  if (how === 'canonical')
    return uri.includes('|') ? is(uri) : `(${is(uri)} or ${begins(`${uri}|`, `${uri}}`)})`;
  const whole = uri.replace(/\/+$/u, '');
  if (how === 'below') return `(${is(whole)} or ${begins(`${whole}/`, `${whole}0`)})`;
  const places = [...whole.matchAll(/(?<=[^/:])\/(?!\/)/gu)].map(({ index }) => whole.slice(0, index));
  return `(${[...new Set([...places, whole])].map(is).join(' or ')})`;
}

/** Of a text: its begin, a part of it, or all of it as it is written. */
export function stringCondition({ how, text }: StringMatch, bind: Bind): string {
  const value = bind(indexedText(text));
  // Later words are parts of a text that has a row itself: they find nothing else, and the index alone answers.
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

/** Of a span of time. */
export function dateCondition({ prefix, range }: DateMatch, bind: Bind): string {
  const limit = (name: 'low' | 'high') => `${bind(String(range[name]))}::bigint`;
  return inWords(dateConditions[prefix], {
    L: () => 's.low',
    H: () => 's.high',
    LOW: () => limit('low'),
    HIGH: () => limit('high'),
  });
}

/** The last change has no length: it is as if it ended a millisecond later, and what it asks of an index is plain. */
const timeConditions: Readonly<Record<DatePrefix, string>> = {
  eq: 'L >= LOW and L < HIGH',
  ne: 'L < LOW or L >= HIGH',
  gt: 'L >= HIGH',
  lt: 'L < LOW',
  ge: 'L >= LOW',
  le: 'L < HIGH',
  sa: 'L >= HIGH',
  eb: 'L < LOW',
  ap: 'L >= LOW and L < HIGH',
};

/** Of a time that has no length, in a column of `timestamptz`, such as that of the last change. */
export function timeCondition({ prefix, range }: DateMatch, column: string, bind: Bind): string {
  const limit = (name: 'low' | 'high') => `${bind(new Date(range[name]).toISOString())}::timestamptz`;
  return inWords(timeConditions[prefix], {
    L: () => column,
    LOW: () => limit('low'),
    HIGH: () => limit('high'),
  });
}

/** A point is a range from it to itself; all that rounds to what is asked for ends before `HIGH`. */
const quantityConditions: Readonly<Record<DatePrefix, string>> = {
  eq: 'L >= LOW and L < HIGH and (H < HIGH or (L < H and H <= HIGH))',
  ne: 'not (L >= LOW and L < HIGH and (H < HIGH or (L < H and H <= HIGH)))',
  gt: 'H > V',
  lt: 'L < V',
  ge: 'H >= V',
  le: 'L <= V',
  sa: 'L > V',
  eb: 'H < V',
  ap: 'L <= HIGH and H >= LOW',
};

/** Of an amount, in any unit, in one of this name, or in base units. */
export function quantityCondition(match: QuantityMatch, tokenHash: TokenHash, bind: Bind): string {
  const { prefix, value, low, high, unit } = match;
  const [L, H] = 'key' in unit ? ['s.base_low', 's.base_high'] : ['s.low', 's.high'];
  const number = (of: number) => `${bind(String(of))}::float8`;
  const amount = inWords(quantityConditions[prefix], {
    L: () => L,
    H: () => H,
    V: () => number(value),
    LOW: () => number(low),
    HIGH: () => number(high),
  });
  const hash = (word: string) => `${bind(tokenHash('code', word))}::bigint`;
  if ('key' in unit) return `(s.base = ${hash(unit.key)} and ${amount})`;
  if ('named' in unit) {
    const named = hash(unit.named);
    return `(${amount} and (s.code = ${named} or s.unit = ${named}))`;
  }
  return amount;
}

/** Metres from pole to pole, by degrees; and of the earth's radius. */
const METRES_OF_DEGREE = 111_195;
const RADIUS = 6_371_008;

/** Of a position: not farther than this, on a sphere. */
export function areaCondition({ latitude, longitude, metres }: Area, bind: Bind): string {
  const number = (of: number) => `${bind(String(of))}::float8`;
  const margin = metres / METRES_OF_DEGREE + 1e-6;
  const [lat, long] = [number(latitude), number(longitude)];
  const half = `(power(sind((s.low - ${lat}) / 2), 2) + cosd(s.low) * cosd(${lat}) * power(sind((s.high - ${long}) / 2), 2))`;
  return `(s.low >= ${number(latitude - margin)} and s.low <= ${number(latitude + margin)} and 2 * ${RADIUS} * asin(least(1, sqrt(${half}))) <= ${number(metres)})`;
}

/** Each word in its place; in brackets. */
function inWords(sql: string, words: Readonly<Record<string, () => string>>): string {
  return `(${sql.replace(/\b(?:LOW|HIGH|L|H|V)\b/gu, (word) => words[word]?.() ?? word)})`;
}
