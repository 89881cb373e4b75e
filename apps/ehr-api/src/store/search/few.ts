import { type Search, type SearchEntry, searchParameterOf, type SortKey } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { indexedText } from '../indexed-text.ts';
import { openRows } from '../opened-charts.ts';
import { FOUND_COLUMNS, type FoundColumns } from '../stored-version.ts';
import { asProbe } from './conditions.ts';
import type { Place } from './place.ts';
import { keysIn } from './ranges.ts';
import type { Where } from './rows.ts';
import { before, each, type FoundRow, ofType } from './statement.ts';
import { nameOf } from './statement-names.ts';
import { MOST_COLLECTED, type Walk } from './walks.ts';

/** A search asks for an order that only few can be put in. */
export class TooManyToSort extends Error {
  override readonly name = 'TooManyToSort';
}

/** So many bodies are in memory at once. */
const PIECE = 100;
/** Of a key: texts are compared so far, and numbers as they are. */
const MOST_TEXT = 100;

type Body = FoundColumns & { readonly pk: string };
type Key = string | number | null;

/**
 * The rows of a page, and one more, of matches that are put in order here: by several keys, or by what no index is in the
 * order of.
 * @throws TooManyToSort
 */
export async function findFew(
  store: Store,
  where: Where,
  search: Search,
  walk: Walk,
  { place, back }: { readonly place: Place | undefined; readonly back: boolean },
): Promise<readonly FoundRow[]> {
  const pks = await candidates(store, where, search, walk, place?.asOf);
  if (pks.length > MOST_COLLECTED) throw new TooManyToSort();
  const keyed: { readonly pk: string; readonly keys: readonly Key[] }[] = [];
  for (let from = 0; from < pks.length; from += PIECE)
    for (const { pk, content } of await bodies(store, pks.slice(from, from + PIECE)))
      keyed.push({ pk, keys: search.sort.map((key) => keyOf(key, where.type, JSON.parse(content ?? '{}') as Resource)) }); // prettier-ignore
  const compare = comparing(search.sort);
  const sign = back ? -1 : 1;
  keyed.sort((a, b) => sign * compare(a, b));
  const last = place && (JSON.parse(place.at[0] ?? '') as (typeof keyed)[number]);
  const rest = last === undefined ? keyed : keyed.filter((one) => sign * compare(one, last) > 0);
  const shown = rest.slice(0, search.count + 1);
  const rows = new Map((await bodies(store, shown.map(({ pk }) => pk))).map((row) => [row.pk, row])); // prettier-ignore
  return shown.flatMap((one) => {
    const row = rows.get(one.pk);
    return row === undefined ? [] : [{ row, phase: 0 as const, at: JSON.stringify([JSON.stringify(one)]) }];
  });
}

/** The keys of all that match, and one more than can be put in order. */
async function candidates(
  { on }: Store,
  where: Where,
  search: Search,
  walk: Walk,
  asOf: number | undefined,
): Promise<readonly string[]> {
  const { values, bind } = binding();
  const conditions = [...ofType(where, bind), ...search.criteria.map((one) => asProbe(one, where, bind))];
  if (asOf !== undefined) conditions.push(before(asOf, bind));
  const keys = walk.kind === 'type' ? '' : keysIn(walk.criterion, where, bind);
  const limit = `limit ${bind(MOST_COLLECTED + 1)}::int`;
  const from = keys === '' ? `resource r where ${conditions.join(' and ')}` : each(keys, conditions);
  const sql = `select r.pk::text as pk from ${from} ${limit}`;
  const rows = await on.query<{ pk: string }>(sql, values, nameOf(sql));
  return rows.map(({ pk }) => pk);
}

async function bodies({ on, access }: Store, pks: readonly string[]): Promise<readonly Body[]> {
  if (pks.length === 0) return [];
  const { values, bind } = binding();
  const sql = `select r.pk::text as pk, ${FOUND_COLUMNS} from resource r where r.pk = any(${bind(pks)}::bigint[]) and ${[access.condition('r', bind), 'not r.deleted', ...openRows(access, 'r', bind)].join(' and ')}`;
  return on.query<Body>(sql, values, nameOf(sql));
}

interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly meta: { readonly lastUpdated: string };
}

/** What a resource is put in order by: the least of its values, or the greatest; null where it has none. */
function keyOf({ name, descending }: SortKey, type: string, resource: Resource): Key {
  if (name === '_id') return resource.id;
  if (name === '_lastUpdated') return Date.parse(resource.meta.lastUpdated);
  const parameter = searchParameterOf(type, name);
  const entries = parameter?.entries(resource as unknown as Readonly<Record<string, unknown>>) ?? [];
  const only = parameter?.only;
  const keys = entries.flatMap((entry) => valueOf(entry, only) ?? []);
  keys.sort((a, b) => order(a, b));
  return (descending ? keys.at(-1) : keys[0]) ?? null;
}

function valueOf(entry: SearchEntry, only: string | undefined): string | number | undefined {
  if ('aspect' in entry) return undefined;
  switch (entry.type) {
    case 'string':
      return textOf(entry.value);
    case 'uri':
      return entry.value.slice(0, MOST_TEXT);
    case 'token':
      return entry.code === '' ? undefined : entry.code.slice(0, MOST_TEXT);
    case 'date':
      return entry.low;
    case 'quantity':
      // JSON knows no infinity.
      return Math.max(entry.low, -Number.MAX_VALUE);
    case 'reference':
      return only === undefined || only === entry.targetType ? `${entry.targetType}/${entry.targetId}` : undefined; // prettier-ignore
    default:
      return undefined;
  }
}

function textOf(value: string): string {
  return indexedText(value).slice(0, MOST_TEXT);
}

function comparing(sort: Search['sort']) {
  return (
    a: { readonly pk: string; readonly keys: readonly Key[] },
    b: { readonly pk: string; readonly keys: readonly Key[] },
  ): number => {
    for (const [index, { descending }] of sort.entries()) {
      const [x = null, y = null] = [a.keys[index], b.keys[index]];
      if (x === y) continue;
      // What has no value comes last, whatever the direction.
      if (x === null) return 1;
      if (y === null) return -1;
      const found = order(x, y);
      if (found !== 0) return descending ? -found : found;
    }
    return order(BigInt(a.pk), BigInt(b.pk));
  };
}

function order<T extends string | number | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
