import type { Criterion, Search } from '@ehr/fhir/server';
import { reachOf } from './access.ts';
import { binding, type Store } from './context.ts';
import { inSet } from './search/conditions.ts';
import { findFew, TooManyToSort } from './search/few.ts';
import { byChange, byCreation, byEvent, byKey, having, isByEvent, type Ordered } from './search/order.ts';
import type { Mode, Place } from './search/place.ts';
import { resolve } from './search/resolve.ts';
import { type Where, whereOf } from './search/rows.ts';
import {
  type FoundRow,
  ofType,
  ofTypeAlone,
  placeOf,
  type Statement,
  statementAlong,
} from './search/statement.ts';
import { nameOf } from './search/statement-names.ts';
import { chooseCollected, chooseOrdered, type Walk } from './search/walks.ts';
import { type FoundColumns, type FoundResource, toFound } from './stored-version.ts';

/** A page of a search's matches, and where those before and after it begin. */
export interface Page {
  readonly matches: readonly FoundResource[];
  readonly next?: Place;
  readonly previous?: Place;
}

/** A page is asked for in an order that is no longer that of its search. */
export class PlaceLost extends Error {
  override readonly name = 'PlaceLost';
}

const NO_MATCHES: Page = { matches: [] };

export { TooManyToSort };

/**
 * One page of matches; `search.count` is at least 1. In the order that is asked for; else of what happened, newest first,
 * where a token or a reference is asked for, else the last changed first. What changes while pages are read is on none that
 * follows: nothing is there twice, and nothing that stays as it was is missed.
 * @throws TooManyToSort, PlaceLost
 */
export async function findResources(
  store: Store,
  type: string,
  search: Search,
  place?: Place,
  fromEnd = false,
): Promise<Page> {
  const where = whereOf(store, type);
  const criteria = await criteriaOf(store, where, search);
  if (criteria === null) return NO_MATCHES;
  const asked = { ...search, criteria };
  const plan = await planOf(store, where, asked, place?.mode);
  if (place !== undefined && place.mode !== plan.mode) throw new PlaceLost();
  const back = place?.back ?? fromEnd;
  if (plan.mode === 'few') {
    const asOf = place?.asOf ?? Date.now();
    const rows = await findFew(store, where, asked, plan.walk, { place, back });
    return pageOfRows(() => type, rows, search.count, { mode: 'few', asOf, place, back });
  }
  const { rows, asOf } = await findAlong(store, where, asked, plan, { place, back });
  return pageOfRows(() => type, rows, search.count, { mode: plan.mode, asOf, place, back });
}

/** What is asked for, of what may be searched; null: nothing can match. */
async function criteriaOf(
  store: Store,
  where: Where,
  { criteria }: Search,
): Promise<readonly Criterion[] | null> {
  const reach = reachOf(store.access, where.type, 's');
  return reach && resolve(store, where, [...criteria, ...reach]);
}

/** Where a page begins, and in which direction it goes on; without a place at the begin, or at the end. */
export interface From {
  readonly place: Place | undefined;
  readonly back: boolean;
}

/** The page of rows, of which one more than it has was looked for; `back`: the nearest come first. */
export function pageOfRows(
  typeOf: (row: FoundColumns) => string,
  rows: readonly FoundRow[],
  count: number,
  { mode, asOf, place, back }: { readonly mode: Mode; readonly asOf: number } & From,
): Page {
  const hasMore = rows.length > count;
  const shown = rows.slice(0, count);
  if (back) shown.reverse();
  const at = (row: FoundRow | undefined, isBack: boolean): Place | undefined =>
    row && { mode, phase: row.phase, at: placeOf(row.at), asOf, back: isBack };
  const next = (back ? place : hasMore) && at(shown.at(-1), false);
  const previous = (back ? hasMore : place) && at(shown[0], true);
  return {
    matches: shown.map(({ row }) => toFound(typeOf(row), row)),
    ...(next ? { next } : {}),
    ...(previous ? { previous } : {}),
  };
}

/** How many match; counted as far as `most`. */
export async function countResources(
  store: Store,
  type: string,
  search: Search,
  most: number | null = null,
): Promise<number> {
  const where = whereOf(store, type);
  const criteria = await criteriaOf(store, where, search);
  if (criteria === null) return 0;
  const { values, bind } = binding();
  const isById = criteria.some(({ type: kind }) => kind === 'id');
  const own = isById ? ofTypeAlone(where, bind) : ofType(where, bind);
  const conditions = [...own, ...criteria.map((criterion) => inSet(criterion, where, bind))];
  const found = `from resource r where ${conditions.join(' and ')}`;
  const sql =
    most === null
      ? `select count(*)::int as total ${found}`
      : `select count(*)::int as total from (select 1 ${found} limit ${bind(most)}::int) c`;
  const [row] = await store.on.query<{ total: number }>(sql, values, nameOf(sql));
  return row?.total ?? 0;
}

/** How a page is found. */
type Plan =
  | { readonly mode: Exclude<Mode, 'few'>; readonly phases: readonly Ordered[]; readonly walk: Walk }
  | { readonly mode: 'few'; readonly walk: Walk };

/** The plan for a page; of one that follows another in the same mode, for that is the order of all. */
async function planOf(store: Store, where: Where, search: Search, mode: Mode | undefined): Promise<Plan> {
  const { sort, criteria } = search;
  const [key] = sort;
  if (key === undefined || isByEvent(search, where.type)) {
    const walk =
      mode === undefined || mode === 'clinical'
        ? await chooseOrdered(store, where, criteria, mode !== undefined)
        : null;
    if (walk?.kind === 'criterion') {
      if (key === undefined) return { mode: 'clinical', walk, phases: [byEvent(walk, where, search)] };
      const phase = (dated: boolean) => having(byEvent(walk, where, search, dated), key.name, !dated);
      const phases = [phase(true), phase(false)];
      return { mode: 'clinical', walk, phases };
    }
  }
  const collected = await chooseCollected(store, where, criteria, mode === 'created');
  if (key === undefined) {
    const { kind } = collected;
    if (kind !== 'collected' || collected.criterion.type === 'id' || mode === 'updated')
      return { mode: 'updated', walk: collected, phases: [byChange] };
    const phases = [byCreation(collected.criterion, where)];
    return { mode: 'created', walk: { kind: 'criterion', criterion: collected.criterion }, phases };
  }
  const own = sort.length === 1 ? byKey(key, where) : null;
  const isFew = mode === undefined ? collected.kind === 'collected' || own === null : mode === 'few';
  if (isFew || own === null) return { mode: 'few', walk: collected };
  const phases =
    key.name === '_id' || key.name === '_lastUpdated' ? [own] : [own, having(byChange, key.name, true)];
  return { mode: 'key', walk: { kind: 'type' }, phases };
}

/** The rows of a page, and one more: of resources that have what they are put in order by, then of those that have not. */
async function findAlong(
  store: Store,
  where: Where,
  search: Search,
  { phases, walk }: Exclude<Plan, { mode: 'few' }>,
  { place, back }: From,
): Promise<{ readonly rows: readonly FoundRow[]; readonly asOf: number }> {
  const found: FoundRow[] = [];
  let asOf = place?.asOf;
  const numbers = phases.map((_phase, index) => index as 0 | 1);
  if (back) numbers.reverse();
  for (const number of numbers.slice(place === undefined ? 0 : numbers.indexOf(place.phase))) {
    const ordered = phases[number];
    if (ordered === undefined || found.length > search.count) break;
    const here = place?.phase === number ? place : undefined;
    const along = { ordered, walk, place: here, asOf, back };
    const { sql, values } = statementAlong(where, search, along, search.count + 1 - found.length);
    const rows = await store.on.query<FoundColumns & { at: string; newest?: string }>(
      sql,
      values,
      nameOf(sql),
    );
    asOf ??= Number(rows[0]?.newest ?? Date.now());
    found.push(...rows.map((row) => ({ row, phase: number, at: row.at })));
  }
  return { rows: found, asOf: asOf ?? Date.now() };
}

/** The statement for the first page of a search, as it is asked. */
export async function statementOf(store: Store, type: string, search: Search): Promise<Statement> {
  const where = whereOf(store, type);
  const criteria = await criteriaOf(store, where, search);
  const asked = { ...search, criteria: criteria ?? [] };
  const plan = await planOf(store, where, asked, undefined);
  const [ordered] = plan.mode === 'few' ? [] : plan.phases;
  if (ordered === undefined) throw new Error('It is put in order in memory.');
  const along = { ordered, walk: plan.walk, place: undefined, asOf: undefined, back: false };
  return statementAlong(where, asked, along, search.count + 1);
}
