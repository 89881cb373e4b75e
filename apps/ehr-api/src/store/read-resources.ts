import { resourceTypes } from '@ehr/fhir/server';
import { type Access, type Letter, reachOf } from './access.ts';
import { binding, type Store } from './context.ts';
import { typeId, typeOf } from './ids.ts';
import { array } from './insert-rows.ts';
import { openRows, openVersions } from './opened-charts.ts';
import { withinReach } from './search/conditions.ts';
import { oldWithinReach } from './search/reach.ts';
import { whereOf } from './search/rows.ts';
import { nameOf } from './search/statement-names.ts';
import type { Bind } from './search/values.ts';
import { type StoredVersion, toStoredVersion, VERSION_COLUMNS, type VersionRow } from './stored-version.ts';

const OLD = 'v.pk::text as pk, r.id, v.version, v.last_updated, v.method, v.deleted, v.content';

/** The current version, a tombstone too; undefined where there was none ever. */
export async function readResource(
  store: Store,
  type: string,
  id: string,
): Promise<StoredVersion | undefined> {
  const read = async (own: Store) => {
    const { values, bind } = binding();
    const sql = `select ${VERSION_COLUMNS}, r.restricted from resource r where ${theOne(own, type, id, bind)}`;
    const [row] = await own.on.query<VersionRow & { restricted: boolean }>(sql, values, nameOf(sql));
    return row;
  };
  const { access } = store;
  const found = await read({ ...store, access: { ...access, restricted: null } });
  // Whose charts are open is asked for few: what stands in a statement costs each of its runs.
  const row = found?.restricted === true && access.restricted !== null ? await read(store) : found;
  return row && toStoredVersion(type, row);
}

/** One version, also an old one. */
export async function readVersion(
  store: Store,
  type: string,
  id: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const { values, bind } = binding();
  const where = theOne(store, type, id, bind);
  const wanted = bind(version);
  const sql = `select ${VERSION_COLUMNS} from resource r where ${where} and r.version = ${wanted}
     union all
     select ${OLD} from resource r join resource_version v using (pk)
     where ${[where, `v.version = ${wanted}`, ...oldWithinReach(store.access, type, bind)].join(' and ')}`;
  const [row] = await store.on.query<VersionRow>(sql, values, nameOf(sql));
  return row && toStoredVersion(type, row);
}

/** A resource by its id, as far as it may be read. */
function theOne(store: Store, type: string, id: string, bind: Bind): string {
  return [
    store.access.condition('r', bind),
    `r.type_id = ${bind(typeId(type))} and r.id = ${bind(id)}`,
    ...openRows(store.access, 'r', bind),
    ...theLimited(store, type, bind),
  ].join(' and ');
}

/** What a part of a type is asked besides. What was deleted has no rows any more that tell whose it was. */
function theLimited(store: Store, type: string, bind: Bind): readonly string[] {
  if (store.access.reach(type, 'r') === 'all') return [];
  return ['not r.deleted', ...withinReach(whereOf(store, type), 'r', 'r', bind)];
}

/** Which versions a history is of. */
export interface HistoryRange {
  /** Of one resource, of a type, or of all. */
  readonly type?: string;
  readonly id?: string;
  /** Not before; milliseconds since 1970. */
  readonly since?: number;
  /** That were current at some time from `low` on and before `high`; milliseconds since 1970. */
  readonly at?: { readonly low: number; readonly high: number };
}

/** Where a page of a history ends. */
export interface HistoryPlace {
  readonly time: number;
  readonly pk: string;
  readonly version: number;
}

/**
 * Versions, newest first, at most `limit`, behind `after`: of each type as many are looked at, in order; the statement is planned
 * for this limit, which is always the same. Of all types those that may be searched as a whole; of one, it has to be so.
 */
export async function readHistory(
  store: Store,
  { type, id, since, at }: HistoryRange,
  after: HistoryPlace | undefined,
  limit: number,
): Promise<readonly (StoredVersion & { readonly place: HistoryPlace })[]> {
  const { on, access } = store;
  const { values, bind } = binding();
  const types = (type === undefined ? wholeTypes(access) : [type]).map(typeId);
  const time = (milliseconds: number) => `${bind(new Date(milliseconds).toISOString())}::timestamptz`;
  const conditions = (table: 'r' | 'v') => {
    const all = [access.condition(table, bind), `${table}.type_id::bigint = t.type_id`, ...openRows(access, 'r', bind)]; // prettier-ignore
    if (type !== undefined && id !== undefined) all.push(...theLimited(store, type, bind));
    if (table === 'v') all.push(...(type !== undefined && id !== undefined ? oldWithinReach(access, type, bind) : openVersions(access, bind))); // prettier-ignore
    if (id !== undefined) all.push(`r.id = ${bind(id)}`);
    if (type !== undefined && id !== undefined) all.push(`r.type_id = ${bind(typeId(type))}`);
    if (since !== undefined) all.push(`${table}.last_updated >= ${time(since)}`);
    if (at !== undefined) {
      all.push(`${table}.last_updated < ${time(at.high)}`);
      if (table === 'v') all.push(`v.replaced_at > ${time(at.low)}`);
    }
    if (after !== undefined)
      all.push(
        `(${table}.last_updated, ${table}.pk, ${table}.version) < (${time(after.time)}, ${bind(after.pk)}::bigint, ${bind(after.version)}::integer)`,
      );
    return all.join(' and ');
  };
  const columns = (of: 'r' | 'v') =>
    `${of}.pk, ${of}.type_id, r.id, ${of}.version, ${of}.last_updated, ${of}.method, ${of}.deleted, ${of}.content`;
  const newest = (of: 'r' | 'v') => `order by ${of}.last_updated desc, ${of}.pk desc limit ${limit}`;
  const sql = `select h.pk::text as pk, h.type_id, h.id, h.version, h.last_updated, h.method, h.deleted, h.content
     from unnest(${array(bind(`{${types.join(',')}}`), 'bigint')}) as t (type_id) cross join lateral (
       (select ${columns('r')} from resource r where ${conditions('r')} ${newest('r')})
       union all
       (select ${columns('v')} from resource_version v join resource r on r.pk = v.pk where ${conditions('v')} ${newest('v')})
     ) as h order by h.last_updated desc, h.pk desc, h.version desc limit ${limit}`;
  const rows = await on.query<VersionRow & { type_id: number }>(sql, values, nameOf(sql));
  return rows.map((row) => ({
    ...toStoredVersion(typeOf(row.type_id), row),
    place: { time: row.last_updated.getTime(), pk: row.pk, version: row.version },
  }));
}

/** How many versions a resource has. */
export async function countVersions(store: Store, type: string, id: string): Promise<number> {
  const { values, bind } = binding();
  const sql = `select r.version from resource r where ${theOne(store, type, id, bind)}`;
  const [row] = await store.on.query<{ version: number }>(sql, values, nameOf(sql));
  return row?.version ?? 0;
}

/** The types of which all resources may be searched. */
function wholeTypes(access: Access): readonly string[] {
  return resourceTypes().filter((type) => access.reach(type, 's') === 'all');
}

/** The types of resources of which some may be met. */
function withinTypes(access: Access, letter: Letter): readonly string[] {
  return resourceTypes().filter((type) => reachOf(access, type, letter) !== null);
}

/** The types that there are resources of which may be searched. */
export async function typesInUse({ on, access }: Store): Promise<readonly string[]> {
  const { values, bind } = binding();
  // In the order of its index, so that of each type one row is read.
  const newest = `select true from resource r where ${[access.condition('r', bind), ...openRows(access, 'r', bind)].join(' and ')} and (r.type_id::bigint) = t.type_id order by r.last_updated desc, r.pk desc limit 1`;
  const sql = `select t.type_id::int as type_id from unnest(${bind(withinTypes(access, 's').map(typeId))}::bigint[]) as t (type_id) where (${newest}) is true`;
  const rows = await on.query<{ type_id: number }>(sql, values, nameOf(sql));
  return rows.map(({ type_id }) => typeOf(type_id)).sort();
}
