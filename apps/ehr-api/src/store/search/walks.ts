import type { Criterion } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { isNegative, named, rowsOf, type Where } from './conditions.ts';
import type { Bind } from './values.ts';

/** How the resources of a search are come by. */
export type Walk =
  /** Along the index rows of one criterion, in the order of what happened. */
  | { readonly kind: 'criterion'; readonly criterion: Criterion }
  /** Few: all that one criterion finds, put in order afterwards. */
  | { readonly kind: 'collected'; readonly criterion: Criterion }
  /** Along all of the type. */
  | { readonly kind: 'type' };

/** Index rows that are in order are read for each value; more values are met by asking each resource. */
const MOST_VALUES = 20;
/** So many keys are collected and put in order at most. */
export const MOST_COLLECTED = 2_000;

/**
 * The walk with the least to pass over, in the order of what happened. Each page chooses anew: criteria that are walked along
 * all have the same order. Null where none is: the last changed come first (`chooseCollected`).
 */
export async function chooseOrdered(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
  mostValues = MOST_VALUES,
): Promise<Walk | null> {
  const ordered = drivers(criteria).filter((criterion) => isOrdered(criterion, mostValues));
  const [first] = ordered;
  if (first === undefined) return null;
  if (ordered.length === 1) return { kind: 'criterion', criterion: first };
  const sizes = await sizesOf(store, where, ordered, 1_000);
  return { kind: 'criterion', criterion: least(ordered, sizes) };
}

/** What finds few enough to be collected, or all of the type. `ordered` criteria may be collected as well. */
export async function chooseCollected(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
  most = MOST_COLLECTED,
): Promise<Walk> {
  const id = criteria.find(({ type }) => type === 'id');
  if (id !== undefined) return { kind: 'collected', criterion: id };
  const bounded = drivers(criteria).filter(isBounded);
  if (bounded.length === 0) return { kind: 'type' };
  const sizes = await sizesOf(store, where, bounded, most + 1);
  if (Math.min(...sizes) > most) return { kind: 'type' };
  return { kind: 'collected', criterion: least(bounded, sizes) };
}

/** The criteria that may be walked along, and the parts of composites: what meets a composite meets each. */
function drivers(criteria: readonly Criterion[]): readonly Criterion[] {
  return criteria.flatMap((criterion) => {
    if (criterion.type !== 'composite') return [criterion];
    const [only, ...more] = criterion.anyOf;
    if (only === undefined || more.length > 0) return [];
    return only.map((part) => named(part, 'parameter' in part ? part.parameter : ''));
  });
}

/** Whether its rows are in the order of what happened. */
function isOrdered(criterion: Criterion, most: number): boolean {
  if (criterion.type === 'compartment') return true;
  if (isNegative(criterion)) return false;
  if (criterion.type === 'token') return criterion.anyOf.length <= most;
  return (
    criterion.type === 'reference' &&
    criterion.anyOf.length <= most &&
    criterion.anyOf.every(({ targetTypes }) => targetTypes.length === 1)
  );
}

/** Whether what it finds can be collected from an index. */
function isBounded(criterion: Criterion): boolean {
  switch (criterion.type) {
    case 'token':
      return !isNegative(criterion);
    case 'date':
    case 'quantity':
      return criterion.anyOf.every(({ prefix }) => prefix !== 'ne');
    case 'reference':
      return criterion.anyOf.every(({ targetTypes }) => targetTypes.length > 0);
    case 'string':
    case 'uri':
    case 'near':
    case 'compartment':
      return true;
    case 'or':
      return criterion.anyOf.every(isBounded);
    default:
      return false;
  }
}

function least(criteria: readonly Criterion[], sizes: readonly number[]): Criterion {
  return criteria[sizes.indexOf(Math.min(...sizes))] as Criterion;
}

/** How many rows each has, counted as far as `most`. */
async function sizesOf(
  { on }: Store,
  where: Where,
  criteria: readonly Criterion[],
  most: number,
): Promise<readonly number[]> {
  // prettier-ignore
  const { values, bind } = binding();
  const counts = criteria.map((criterion, index) => {
    const each = rangesOf(criterion, where, bind).map((range) => `(select 1 from ${range} limit ${most})`);
    return `(select count(*)::int from (${each.join(' union all ')}) c) as c${index}`;
  });
  const [row] = await on.query<Record<string, number>>(`select ${counts.join(', ')}`, values);
  return criteria.map((_criterion, index) => row?.[`c${index}`] ?? 0);
}

/** The ranges of an index that hold a criterion's rows, one for each value and parameter. */
export function rangesOf(criterion: Criterion, where: Where, bind: Bind): readonly string[] {
  if (criterion.type === 'or') return criterion.anyOf.flatMap((one) => rangesOf(one, where, bind));
  const rows = rowsOf(criterion, where, bind);
  if (rows === null) return [];
  const { table, params, anyOf } = rows;
  const own = where.access.condition('s', bind);
  if (params === null) return anyOf.map((condition) => `${table} s where ${own} and ${condition}`);
  return params.flatMap((param) => {
    const ofParam = bind(param);
    return anyOf.map(
      (condition) => `${table} s where ${own} and s.param_id = ${ofParam}::int and ${condition}`,
    );
  });
}
