import type { Criterion, Search } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { type Bind, isNegative, rowsOf, type Where } from './conditions.ts';

/** How the resources of a search are come by. */
export type Walk =
  /** Along the index rows of one criterion, in the order of what happened. */
  | { readonly kind: 'criterion'; readonly criterion: Criterion }
  /** Few: all that one criterion finds, put in order afterwards. */
  | { readonly kind: 'collected'; readonly criterion: Criterion }
  /** Along all of the type, the last changed first. */
  | { readonly kind: 'type' };

/** Index rows that are in order are read for each value; more values are met by asking each resource. */
const MOST_VALUES = 20;
/** So many keys are collected and put in order at most. */
const MOST_COLLECTED = 2_000;

/**
 * The walk with the least to pass over. Each page chooses anew: criteria that are walked along all have the same order.
 */
export async function chooseWalk(store: Store, where: Where, { criteria }: Search): Promise<Walk> {
  const ordered = criteria.filter(isOrdered);
  if (ordered.length > 0) {
    const [first] = ordered;
    if (ordered.length === 1 && first !== undefined) return { kind: 'criterion', criterion: first };
    const sizes = await sizesOf(store, where, ordered, 1_000);
    return { kind: 'criterion', criterion: least(ordered, sizes) };
  }
  const id = criteria.find(({ type }) => type === 'id');
  if (id !== undefined) return { kind: 'collected', criterion: id };
  const bounded = criteria.filter(isBounded);
  if (bounded.length === 0) return { kind: 'type' };
  const sizes = await sizesOf(store, where, bounded, MOST_COLLECTED + 1);
  if (Math.min(...sizes) > MOST_COLLECTED) return { kind: 'type' };
  return { kind: 'collected', criterion: least(bounded, sizes) };
}

/** Whether its rows are in the order of what happened. */
function isOrdered(criterion: Criterion): boolean {
  if (criterion.type === 'compartment') return true;
  if (isNegative(criterion)) return false;
  if (criterion.type === 'token') return criterion.anyOf.length <= MOST_VALUES;
  return (
    criterion.type === 'reference' &&
    criterion.anyOf.length <= MOST_VALUES &&
    criterion.anyOf.every(({ targetTypes }) => targetTypes.length === 1)
  );
}

/** Whether its rows lie side by side in the index. */
function isBounded(criterion: Criterion): boolean {
  if (criterion.type === 'string') return criterion.anyOf.every(({ how }) => how !== 'contains');
  if (criterion.type === 'date') return criterion.anyOf.every(({ prefix }) => prefix === 'eq');
  return criterion.type === 'uri' && criterion.anyOf.every(({ how }) => how === 'is');
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
  const rows = rowsOf(criterion, where, bind);
  if (rows === null) return [];
  const { table, params, anyOf } = rows;
  const tenant = bind(where.tenantId);
  if (params === null)
    return anyOf.map((condition) => `${table} s where s.tenant_id = ${tenant}::smallint and ${condition}`);
  return params.flatMap((param) => {
    const own = bind(param);
    return anyOf.map(
      (condition) =>
        `${table} s where s.tenant_id = ${tenant}::smallint and s.param_id = ${own}::int and ${condition}`,
    );
  });
}
