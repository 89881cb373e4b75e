import { compare, type Decimal, decimal, halfOfLastDigit, negative, plus, tenth } from './decimal.ts';
import type { Found } from './definitions.ts';
import { type Matcher, split, unescape } from './text-matching.ts';
import { inOwnUnit, measureTheSame, UCUM } from './units.ts';

/** How a value is to be compared; `eq` where nothing is said. */
export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof prefixes)[number];

/** A prefix and what stands behind it. */
export function prefixed(text: string): readonly [Prefix, string] {
  const prefix = prefixes.find((one) => text.startsWith(one));
  return [prefix ?? 'eq', prefix === undefined ? text : text.slice(2)];
}

/** Numbers from one to another, both among them; open where one is missing. */
interface Span {
  readonly low?: Decimal | undefined;
  readonly high?: Decimal | undefined;
}

/** A stored number or quantity. */
interface Stored extends Span {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
  readonly unit?: string | undefined;
}

interface QuantityParts {
  readonly value?: number;
  readonly comparator?: string;
  readonly system?: string;
  readonly code?: string;
  readonly unit?: string;
}

/** What is stored, as a span: a point; a side of a point, of a value that is only known to be above or below; a range. */
export function storedOf({ value, type }: Found): Stored | undefined {
  if (typeof value === 'number') return pointOf(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (type === 'Range') {
    const { low, high } = value as { readonly low?: QuantityParts; readonly high?: QuantityParts };
    if (low?.value === undefined && high?.value === undefined) return undefined;
    return { ...unitOf(low ?? high ?? {}), low: numberOf(low?.value), high: numberOf(high?.value) };
  }
  if (type === 'SampledData') {
    const { origin, lowerLimit, upperLimit } = value as { readonly origin?: QuantityParts; readonly lowerLimit?: number; readonly upperLimit?: number }; // prettier-ignore
    return { ...unitOf(origin ?? {}), low: numberOf(lowerLimit), high: numberOf(upperLimit) };
  }
  const quantity = value as QuantityParts;
  if (quantity.value === undefined) return undefined;
  const { low, high } = pointOf(quantity.value);
  const { comparator = '' } = quantity;
  return { ...unitOf(quantity), ...(!comparator.startsWith('<') && { low }), ...(!comparator.startsWith('>') && { high }) }; // prettier-ignore
}

function unitOf({ system, code, unit }: QuantityParts): Stored {
  return { system, code, unit };
}

function pointOf(value: number): Span {
  return { low: numberOf(value), high: numberOf(value) };
}

function numberOf(value: number | undefined): Decimal | undefined {
  return value === undefined ? undefined : decimal(String(value));
}

/** What is asked: a number, and how far it reaches around itself by the digits it is written with. */
interface Asked {
  readonly value: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
}

function isMet(prefix: Prefix, stored: Span, { value, low, high }: Asked): boolean {
  const { low: from, high: to } = stored;
  const isPoint = from !== undefined && to !== undefined && compare(from, to) === 0;
  const isEqual = () => {
    if (from === undefined || to === undefined || compare(low, from) > 0) return false;
    const end = compare(to, high);
    return isPoint ? end < 0 : end <= 0;
  };
  switch (prefix) {
    case 'eq':
      return isEqual();
    case 'ne':
      return !isEqual();
    case 'gt':
      return to === undefined || compare(to, value) > 0;
    case 'ge':
      return to === undefined || compare(to, value) >= 0;
    case 'lt':
      return from === undefined || compare(from, value) < 0;
    case 'le':
      return from === undefined || compare(from, value) <= 0;
    case 'sa':
      return from !== undefined && compare(from, value) > 0;
    case 'eb':
      return to !== undefined && compare(to, value) < 0;
    case 'ap': {
      const margin = tenth(value);
      return (
        (from === undefined || compare(from, plus(value, margin)) <= 0) &&
        (to === undefined || compare(to, plus(value, negative(margin))) >= 0)
      );
    }
  }
}

function askedOf(text: string): Asked | undefined {
  const value = decimal(text);
  if (value === undefined) return undefined;
  const half = halfOfLastDigit(value);
  return { value, low: plus(value, negative(half)), high: plus(value, half) };
}

export function numberMatcher(text: string): Matcher | undefined {
  const [prefix, rest] = prefixed(text);
  const asked = askedOf(rest);
  if (asked === undefined) return undefined;
  return (found) => {
    const stored = storedOf(found);
    return stored !== undefined && isMet(prefix, stored, asked);
  };
}

/**
 * `value`: in any unit; `value||unit`: by what the unit is coded or called; `value|system|code`: of that very unit, or, of
 * UCUM, of any that measures the same. Where a unit is asked for, what has another is not even unequal.
 */
export function quantityMatcher(text: string): Matcher | undefined {
  const [number = '', system, code, ...rest] = split(text, '|').map(unescape);
  const [prefix, digits] = prefixed(number);
  const asked = askedOf(digits);
  if (asked === undefined || rest.length > 0 || (system === undefined) !== (code === undefined))
    return undefined;
  if (code === '') return undefined;
  return (found) => {
    const stored = storedOf(found);
    if (stored === undefined) return false;
    if (code === undefined) return isMet(prefix, stored, asked);
    if (system === '') return (stored.code === code || stored.unit === code) && isMet(prefix, stored, asked);
    if (stored.system !== system || stored.code === undefined) return false;
    if (stored.code === code) return isMet(prefix, stored, asked);
    if (system !== UCUM || !measureTheSame(stored.code, code)) return false;
    return isMetIn(prefix, { ...stored, code: stored.code }, asked, code);
  };
}

/** Compares in the unit that is asked for, so that a tenth is a tenth of what was asked. */
function isMetIn(
  prefix: Prefix,
  stored: Stored & { readonly code: string },
  asked: Asked,
  code: string,
): boolean {
  const own = (value: Decimal | undefined, unit: string) => value && inOwnUnit(value, unit);
  const span = { low: own(stored.low, stored.code), high: own(stored.high, stored.code) };
  const bound = (value: Decimal) => inOwnUnit(value, code);
  if (prefix === 'ap') {
    const margin = tenth(asked.value);
    const [low, high] = [bound(plus(asked.value, negative(margin))), bound(plus(asked.value, margin))];
    return (
      (span.low === undefined || compare(span.low, high) <= 0) &&
      (span.high === undefined || compare(span.high, low) >= 0)
    );
  }
  const converted = { value: bound(asked.value), low: bound(asked.low), high: bound(asked.high) };
  return isMet(prefix, span, converted);
}
