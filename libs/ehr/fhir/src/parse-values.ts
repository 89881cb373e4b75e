import type {
  Area,
  Criterion,
  DateMatch,
  QuantityMatch,
  ReferenceMatch,
  StringMatch,
  TokenMatch,
} from './criterion.ts';
import { approximately, type DatePrefix, isDatePrefix } from './date-prefix.ts';
import { dateRange } from './date-range.ts';
import { normalizeSearchString } from './normalize-search-string.ts';
import { inBase } from './quantity-entries.ts';
import { targetOf, typedIdentifier } from './search-entries.ts';

/** What is wrong with a value; completes the sentence "Search parameter x …". */
export interface Problem {
  readonly problem: string;
}

/** Commas, bars and dollars separate, unless a backslash stands before them. The parts are still escaped. */
export function splitUnescaped(value: string, separator: ',' | '|' | '$'): string[] {
  const parts = [''];
  for (const [character] of value.matchAll(/\\?[^]|\\$/gu)) {
    if (character === separator) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}

/** Without the backslashes before what would separate. */
export function unescape(value: string): string {
  return value.replaceAll(/\\([,|$\\])/gu, '$1');
}

/** Texts are searched by so many characters from their begin. */
const MOST_TEXT = 200;

/** A text to look for. */
export function stringMatch(value: string, how: StringMatch['how']): StringMatch | Problem {
  const text = unescape(value);
  if (how === 'exact') return { how, text };
  const normal = normalizeSearchString(text);
  if (normal.length > MOST_TEXT) return { problem: `is longer than ${MOST_TEXT} characters; give the begin` };
  if (normal === '') return { problem: 'has a value without letters; give at least one' };
  return { how, text: normal };
}

/** `code`, `system|code`, `|code` or `system|`. */
export function tokenMatch(value: string): TokenMatch | Problem {
  const [first = '', second, ...rest] = splitUnescaped(value, '|').map(unescape);
  if (rest.length > 0)
    return { problem: 'has more than one "|"; write system|value, with \\| inside a value' };
  if (second === undefined) return { code: first };
  if (first === '' && second === '') return { problem: 'is "|" alone; give a system, a value or both' };
  return { system: first, ...(second ? { code: second } : {}) };
}

/** `system|code|value`, of the identifier's type and of itself. */
export function typedMatch(value: string): TokenMatch | Problem {
  const [system = '', code, own, ...rest] = splitUnescaped(value, '|').map(unescape);
  if (code === undefined || own === undefined || [system, code, own].includes('') || rest.length > 0)
    return { problem: 'is not system|code|value of an identifier, such as http://terminology.hl7.org/CodeSystem/v2-0203|MR|4711' }; // prettier-ignore
  return { system, code: typedIdentifier(code, own) };
}

/** A date with its prefix; `now` is what `ap` is near to. */
export function dateMatch(value: string, now: Date): DateMatch | Problem {
  const [prefix, rest] = prefixOf(value);
  const range = dateRange(rest);
  return range
    ? { prefix, range: prefix === 'ap' ? approximately(range, now.getTime()) : range }
    : { problem: 'is not a date that exists, such as 1980, 1980-05, 1980-05-17 or ge1980' };
}

function prefixOf(value: string): [DatePrefix, string] {
  const lead = value.slice(0, 2);
  return isDatePrefix(lead) ? [lead, value.slice(2)] : ['eq', value];
}

/** A reference, of this server where `base` is its address; what lies elsewhere is looked for as it is written. */
export function referenceCriterion(
  parameter: string,
  value: string,
  { types, base, isTyped }: { readonly types: readonly string[]; readonly base: string; readonly isTyped: boolean }, // prettier-ignore
): Criterion | Problem {
  const text = unescape(value);
  const local = text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text;
  const target = targetOf(local);
  const reference = (match: ReferenceMatch): Criterion => ({ type: 'reference', parameter, anyOf: [match] });
  // Nothing is of two types.
  if (target !== undefined && isTyped && !types.includes(target.targetType)) return { type: 'id', anyOf: [] };
  if (target !== undefined) return reference({ targetTypes: [target.targetType], targetId: target.targetId });
  if (/^[A-Za-z0-9\-.]{1,64}$/u.test(text)) return reference({ targetTypes: types, targetId: text });
  if (/^[a-z][a-z0-9+.-]*:\S+$/iu.test(text))
    return { type: 'uri', parameter, anyOf: [{ how: 'canonical', uri: text }] };
  return { problem: 'is neither an id, nor a type and an id, such as Patient/1, nor an address' };
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/iu;

/** A number with its prefix. */
export function numberMatch(value: string): QuantityMatch | Problem {
  const [prefix, rest] = prefixOf(value);
  const range = rangeOf(rest, prefix);
  return range === undefined
    ? { problem: 'is not a number, such as 5.4, -3, 1e2 or lt100' }
    : { prefix, ...range, unit: { any: true } };
}

/** `value`, `value||unit` or `value|system|code`, with its prefix. */
export function quantityMatch(value: string): QuantityMatch | Problem {
  const [number = '', system, code, ...rest] = splitUnescaped(value, '|').map(unescape);
  const match = numberMatch(number);
  if ('problem' in match || (system === undefined && code === undefined)) return match;
  if (code === undefined || code === '' || rest.length > 0)
    return { problem: 'is not an amount, such as 5.4, 5.4||mg or 5.4|http://unitsofmeasure.org|mg' };
  if (system === undefined || system === '') return { ...match, unit: { named: code } };
  const [own, ends] = [inBase(match.value, match.value, { system, code }), inBase(match.low, match.high, { system, code })]; // prettier-ignore
  return { prefix: match.prefix, value: own.low, low: ends.low, high: ends.high, unit: { key: own.key } };
}

/** A number and all that rounds to it; for `ap` all that is within a tenth. */
function rangeOf(text: string, prefix: DatePrefix): { value: number; low: number; high: number } | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || whole === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (prefix === 'ap')
    return { value, low: value - Math.abs(value) / 10, high: value + Math.abs(value) / 10 };
  // One digit more than it has, so that the half of its last one is written out, not calculated.
  const scale = fraction.length + 1;
  const digits = BigInt(`${sign}${whole}${fraction}0`);
  const at = (shift: bigint) => Number(`${digits + shift}e${Number(exponent) - scale}`);
  return { value, low: at(-5n), high: at(5n) };
}

const METRES: Readonly<Record<string, number>> = {
  km: 1000,
  m: 1,
  '[mi_us]': 1609.347219,
  '[mi_i]': 1609.344,
};

/** `latitude|longitude|distance|unit`; without a distance what is near: 10 km. */
export function areaOf(value: string): Area | Problem {
  const [latitude = NaN, longitude = NaN, distance = 10] = splitUnescaped(value, '|').slice(0, 3).map((part) => (part === '' ? undefined : Number(part))); // prettier-ignore
  const [, , , unit = 'km', ...rest] = splitUnescaped(value, '|').map(unescape);
  const metres = distance * (METRES[unit] ?? NaN);
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (!isPlace || !(metres >= 0) || rest.length > 0)
    return { problem: `is not a place, such as 47.4|8.5|10|km (units: ${Object.keys(METRES).join(', ')})` };
  return { latitude, longitude, metres };
}
