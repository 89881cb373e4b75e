import { type Decimal, decimal, plus, times } from './decimal.ts';

export const UCUM = 'http://unitsofmeasure.org';

/** What a unit measures, and how many of the dimension's own unit it is. */
interface Unit {
  readonly dimension: string;
  readonly factor: string;
  /** What zero of it is in the dimension's own unit. */
  readonly zero?: string;
}

/** The few units of UCUM that the oracle knows, each an exact decimal of its dimension's unit. */
const UNITS: Readonly<Record<string, Unit>> = {
  mg: { dimension: 'mass', factor: '0.001' },
  g: { dimension: 'mass', factor: '1' },
  kg: { dimension: 'mass', factor: '1000' },
  '[lb_av]': { dimension: 'mass', factor: '453.59237' },
  cm: { dimension: 'length', factor: '0.01' },
  m: { dimension: 'length', factor: '1' },
  'mm[Hg]': { dimension: 'pressure', factor: '133.322' },
  kPa: { dimension: 'pressure', factor: '1000' },
  Cel: { dimension: 'temperature', factor: '1', zero: '273.15' },
  K: { dimension: 'temperature', factor: '1' },
  '/min': { dimension: 'frequency', factor: '1' },
  '{beats}/min': { dimension: 'frequency', factor: '1' },
  '%': { dimension: 'number', factor: '0.01' },
  '1': { dimension: 'number', factor: '1' },
  'mmol/L': { dimension: 'substance concentration', factor: '1' },
  min: { dimension: 'time', factor: '60' },
  h: { dimension: 'time', factor: '3600' },
  d: { dimension: 'time', factor: '86400' },
  a: { dimension: 'time', factor: '31557600' },
};

/** Whether two units of UCUM can be converted into each other. */
export function measureTheSame(one: string, other: string): boolean {
  return dimensionOf(one) !== undefined && dimensionOf(one) === dimensionOf(other);
}

/** All units that measure the same, itself among them. */
export function unitsLike(code: string): readonly string[] {
  return Object.keys(UNITS).filter((other) => measureTheSame(code, other));
}

/** A value in its dimension's own unit; as it is where the unit is not known. */
export function inOwnUnit(value: Decimal, code: string): Decimal {
  const { factor = '1', zero = '0' } = Object.hasOwn(UNITS, code) ? (UNITS[code] ?? {}) : {};
  return plus(times(value, exactly(factor)), exactly(zero));
}

function dimensionOf(code: string): string | undefined {
  return Object.hasOwn(UNITS, code) ? UNITS[code]?.dimension : undefined;
}

function exactly(text: string): Decimal {
  const value = decimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal.`);
  return value;
}
