import { storedTime } from './date-matching.ts';
import { type Found, parameterOf, type Resource, valuesOf } from './definitions.ts';
import { targetOf } from './reference-matching.ts';
import { codesOf, fold, textsOf } from './text-matching.ts';

/** Undefined: the resource has no value, and comes last. */
export type SortKey = string | number | undefined;

/** One parameter by which matches are sorted. */
export interface SortRule {
  readonly name: string;
  readonly isDescending: boolean;
}

/** Reads `_sort=a,-b`; undefined for what a server refuses of any of the types. */
export function sortRules(value: string, types: readonly string[]): readonly SortRule[] | undefined {
  const rules = value.split(',').map((one) => {
    const isDescending = one.startsWith('-');
    return { name: isDescending ? one.slice(1) : one, isDescending };
  });
  const isKnown = ({ name }: SortRule) =>
    types.every((type) => !['composite', 'special', undefined].includes(parameterOf(type, name)?.kind));
  return rules.every(isKnown) ? rules : undefined;
}

/** The least of a resource's values, or the greatest where the order descends. */
export function sortKey(resource: Resource, { name, isDescending }: SortRule): SortKey {
  const parameter = parameterOf(resource.resourceType, name);
  if (parameter === undefined) return undefined;
  if (name === '_id') return resource.id;
  const keys = valuesOf(resource, parameter).flatMap((found) => keysOf(found, parameter.kind));
  const sorted = keys.sort(ascending);
  return isDescending ? sorted.at(-1) : sorted[0];
}

function keysOf(found: Found, kind: string): readonly (string | number)[] {
  switch (kind) {
    case 'string':
      return textsOf(found).map(fold);
    case 'token':
      return codesOf(found).flatMap(({ code }) => code ?? []);
    case 'reference':
      return [targetOf(found.value) ?? addressOf(found.value) ?? []].flat();
    case 'date': {
      const time = storedTime(found);
      // What has no begin is before all others.
      return time === undefined ? [] : [time.begin];
    }
    case 'number':
    case 'quantity':
      return numbersOf(found);
    default:
      return typeof found.value === 'string' ? [found.value] : [];
  }
}

/** Of what is elsewhere, or canonical. */
function addressOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return (value as { readonly reference?: string }).reference;
}

/** A value as it stands, whatever its unit; of what lies between two ends the lower one. */
function numbersOf({ value, type }: Found): readonly number[] {
  if (typeof value === 'number') return [value];
  const {
    value: own,
    comparator = '',
    low,
    lowerLimit,
  } = value as {
    readonly value?: number;
    readonly comparator?: string;
    readonly low?: { readonly value?: number };
    readonly lowerLimit?: number;
  };
  if (type === 'Range' || type === 'SampledData') return [low?.value ?? lowerLimit ?? -Infinity];
  if (own === undefined) return [];
  return [comparator.startsWith('<') ? -Infinity : own];
}

/** Whether one resource may stand before another, by all their keys. */
export function isInOrder(
  one: readonly SortKey[],
  other: readonly SortKey[],
  rules: readonly SortRule[],
): boolean {
  for (const [index, { isDescending }] of rules.entries()) {
    const [a, b] = [one[index], other[index]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return b === undefined;
    return isDescending ? ascending(b, a) < 0 : ascending(a, b) < 0;
  }
  return true;
}

function ascending(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
