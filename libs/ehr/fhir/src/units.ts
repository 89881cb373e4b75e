// @ts-expect-error: the package of the National Library of Medicine has no types.
import ucum from '@lhncbc/ucum-lhc';

/** What is used of the package. */
interface Ucum {
  readonly UcumLhcUtils: { getInstance(): { convertToBaseUnits(unit: string, value: number): BaseUnits } };
}

interface BaseUnits {
  readonly status: 'succeeded' | 'failed' | 'invalid' | 'error';
  readonly magnitude?: number;
  readonly unitToExp?: Readonly<Record<string, number>>;
  readonly fromUnitIsSpecial?: boolean;
}

/** A unit in units that others of the same kind have as well. */
interface Base {
  /** Names the base units and their powers: `g1`, `m-3`. */
  readonly key: string;
  readonly toBase: (value: number) => number;
}

/** The system of units of https://ucum.org */
export const UCUM = 'http://unitsofmeasure.org';

/** Units come again and again. */
const REMEMBERED = 2_000;
const known = new Map<string, Base | null>();

/**
 * The base of a UCUM unit, by which values in different units are compared; null for what is no unit, and for units that are
 * defined by a procedure (`[IU]`), which are the same as themselves alone.
 */
export function baseOfUnit(code: string): Base | null {
  let found = known.get(code);
  if (found === undefined) {
    found = findBase(code);
    if (known.size >= REMEMBERED) known.clear();
    known.set(code, found);
  }
  return found;
}

function findBase(code: string): Base | null {
  const units = (ucum as Ucum).UcumLhcUtils.getInstance();
  const one = units.convertToBaseUnits(code, 1);
  if (one.status !== 'succeeded' || one.unitToExp === undefined) return null;
  const key = Object.entries(one.unitToExp).map(([unit, power]) => `${unit}${power}`).sort().join('.'); // prettier-ignore
  if (one.fromUnitIsSpecial !== true)
    return { key, toBase: (value) => rounded(value * (one.magnitude ?? NaN)) };
  return { key, toBase: (value) => rounded(units.convertToBaseUnits(code, value).magnitude ?? NaN) };
}

/** 1 g and 1000 mg are the same, whatever multiplying made of the last digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
