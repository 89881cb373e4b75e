import { baseOfUnit, UCUM } from './units.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** An amount as it stands, and in base units; words that are not there are empty. */
export interface QuantityEntry {
  readonly type: 'quantity';
  readonly low: number;
  readonly high: number;
  readonly system: string;
  readonly code: string;
  readonly unit: string;
  /** Of sampled data: composites know none. */
  readonly isSampled?: true;
  readonly base: { readonly key: string; readonly low: number; readonly high: number };
}

/** What a number or an amount offers: a point, or what lies between two. */
export function quantitiesIn(value: unknown, typeName: string): readonly QuantityEntry[] {
  if (typeof value === 'number') return [quantity(value, value, {})];
  if (typeof value !== 'object' || value === null) return [];
  const own = value as JsonObject;
  switch (typeName) {
    case 'Range': {
      const [low, high] = [own['low'], own['high']] as (JsonObject | undefined)[];
      return [quantity(numberOf(low) ?? -Infinity, numberOf(high) ?? Infinity, low ?? high ?? {})];
    }
    case 'SampledData': {
      const [low, high] = [numberIn(own['lowerLimit']) ?? -Infinity, numberIn(own['upperLimit']) ?? Infinity];
      return [{ ...quantity(low, high, (own['origin'] as JsonObject | undefined) ?? {}), isSampled: true }];
    }
    case 'Money':
      return pointOf({ value: own['value'], code: own['currency'], system: CURRENCY });
    default:
      return pointOf(own);
  }
}

const CURRENCY = 'urn:iso:std:iso:4217';

function pointOf(own: JsonObject): readonly QuantityEntry[] {
  const value = numberOf(own);
  if (value === undefined) return [];
  // `<5` is said of all that lies below.
  const comparator = wordOf(own['comparator']);
  return [quantity(comparator.startsWith('<') ? -Infinity : value, comparator.startsWith('>') ? Infinity : value, own)]; // prettier-ignore
}

function quantity(low: number, high: number, { system, code, unit }: JsonObject): QuantityEntry {
  const words = { system: wordOf(system), code: wordOf(code), unit: wordOf(unit) };
  return { type: 'quantity', low, high, ...words, base: inBase(low, high, words) };
}

/** An amount in its base units; in its own where it has none. */
export function inBase(
  low: number,
  high: number,
  { system, code }: Pick<QuantityEntry, 'system' | 'code'>,
): QuantityEntry['base'] {
  const base = system === UCUM && code !== '' ? baseOfUnit(code) : null;
  if (base === null) return { key: code === '' ? '' : `${system}|${code}`, low, high };
  const ends = [low, high].map((end) => (Number.isFinite(end) ? base.toBase(end) : end));
  return { key: `ucum|${base.key}`, low: ends[0] ?? low, high: ends[1] ?? high };
}

function numberOf(value: JsonObject | undefined): number | undefined {
  return numberIn(value?.['value']);
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
