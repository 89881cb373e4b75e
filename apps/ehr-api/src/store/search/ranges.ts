import type { Criterion } from '@ehr/fhir/server';
import { rowsOf, type Where } from './rows.ts';
import type { Bind } from './values.ts';

/** Rows of more references than these are put in order, if they are few: to merge them takes longer than to sort them. */
const MOST_TARGETS = 10;
/** Those of so many are merged nevertheless. */
const MOST_MERGED = 50;

/** Whether its rows are of so many values that they are not in order. */
export function isWide(criterion: Criterion): boolean {
  return criterion.type === 'reference' && criterion.anyOf.length > MOST_TARGETS;
}

/** Whether its rows can be read in order though there are many. */
export function isMergeable(criterion: Criterion): boolean {
  return criterion.type === 'reference' && criterion.anyOf.length <= MOST_MERGED;
}

/** The keys that a criterion's ranges hold, each once; empty where it has no ranges. */
export function keysIn(criterion: Criterion, where: Where, bind: Bind): string {
  return rangesOf(criterion, where, bind)
    .map((range) => `select distinct s.pk from ${range}`)
    .join(' union ');
}

/** Of the keys that `few` finds those that meet the criterion, with the time by which they are in order. */
export function gathered(criterion: Criterion, few: Criterion, where: Where, bind: Bind): string {
  const rows = rowsOf(criterion, where, bind, true);
  if (rows === null)
    return '(select null::bigint as pk, null::bigint as sort, null::bigint as marks where false) s where true';
  const params = rows.params === null ? '' : `and s.param_id + 0 = any(${bind(rows.params)}::int[])`;
  const own = `select s.sort, s.marks from ${rows.table} s where s.pk = g.pk ${params} and (${rows.anyOf.join(' or ') || 'false'}) limit 1`;
  return `(select g.pk, o.sort, o.marks from (${keysIn(few, where, bind)}) g join lateral (${own}) o on true offset 0) s where true`;
}

/** The ranges of an index that hold a criterion's rows, one for each value and parameter; of many values one, unless merged. */
export function rangesOf(
  criterion: Criterion,
  where: Where,
  bind: Bind,
  isMerged = false,
): readonly string[] {
  if (criterion.type === 'or') return criterion.anyOf.flatMap((one) => rangesOf(one, where, bind));
  const rows = rowsOf(criterion, where, bind, isWide(criterion) && !isMerged);
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
