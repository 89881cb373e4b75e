import { printResource, type ResourceText } from '@ehr/fhir/server';
import type { Store } from './context.ts';
import { typeId, typeOf } from './ids.ts';
import { addIndexRows, type IndexRows, MOST_ROWS, noRows } from './index-rows.ts';
import { array, insertion, texts, textsOf } from './insert-rows.ts';
import { isRestricted } from './opened-charts.ts';
import type { StoredVersion, VersionRow, WriteMethod } from './stored-version.ts';

/** What a resource is now, locked until the transaction ends. */
export interface Current {
  readonly pk: string;
  readonly version: number;
  readonly lastUpdated: Date;
  readonly deleted: boolean;
  readonly content: string;
}

/** A valid resource, and the text it was sent as. */
export interface ResourceBody {
  readonly value: Readonly<Record<string, unknown>> & { readonly resourceType: string };
  readonly text: ResourceText;
}

/** The next version of a resource. */
export interface Write {
  readonly type: string;
  readonly id: string;
  readonly method: WriteMethod;
  /** Null where there was none ever. */
  readonly current: Current | null;
  /** Null deletes. */
  readonly body: ResourceBody | null;
}

/** A resource would need more index rows than any has. */
export class TooManyValues extends Error {
  override readonly name = 'TooManyValues';
  readonly type: string;

  constructor(type: string) {
    super(`This ${type} has more values to be found by than any record has (${MOST_ROWS} index rows).`);
    this.type = type;
  }
}

interface Key {
  readonly type: string;
  readonly id: string;
}

/** `Patient/1` */
export const keyOf = ({ type, id }: Key): string => `${type}/${id}`;

/**
 * What these resources are now, by `keyOf`; those that never were are missing. They stay locked until the transaction ends:
 * of two writers the second sees what the first did. Locked in one order, so that nobody waits in a circle.
 */
export async function lockResources(
  { on, access }: Store,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Current>> {
  if (keys.length === 0) return new Map();
  const rows = await on.query<VersionRow & { type_id: number }>(
    `select r.pk::text as pk, r.type_id, r.id, r.version, r.last_updated, r.deleted, r.content
     from resource r
     join unnest(${array('$2', 'integer')}, ${array('$3', 'text')}) as k (type_id, id) on r.type_id = k.type_id and r.id = k.id
     where r.tenant_id = $1::smallint order by r.pk for update of r`,
    [access.tenantId, `{${keys.map(({ type }) => typeId(type)).join(',')}}`, texts(keys.map(({ id }) => id))],
    'lock',
  );
  return new Map(
    rows.map(({ type_id, id, pk, version, last_updated, deleted, content }) => [
      keyOf({ type: typeOf(type_id), id }),
      { pk, version, lastUpdated: last_updated, deleted, content: content ?? '' },
    ]),
  );
}

/**
 * Stores the next version of each resource, in one statement whatever their number: what was there before goes into the
 * history, and the rows by which a resource is found are made anew.
 * @throws TooManyValues; the database's own error (23505) where somebody else created one under the same id meanwhile
 */
export async function writeResources(
  store: Store,
  writes: readonly Write[],
  now: Date,
): Promise<readonly StoredVersion[]> {
  const versions = writes.map((write) => nextVersion(write, now));
  const creations = noChanges();
  const updates = noChanges();
  const fresh = await store.nextPks(store.on, writes.filter(({ current }) => current === null).length);
  writes.forEach(({ body, type, current }, index) => {
    const version = versions[index] as StoredVersion;
    const { pks, versions: own, rows } = current === null ? creations : updates;
    const pk = current === null ? (fresh[pks.length] as string) : current.pk;
    pks.push(pk);
    own.push(version);
    if (body === null) return;
    const { id, lastUpdated } = version;
    if (!addIndexRows(rows, { pk, resource: body.value, id, lastUpdated }, store.tokenHash))
      throw new TooManyValues(type);
  });
  if (creations.pks.length > 0) await create(store, creations);
  if (updates.pks.length > 0) await replace(store, updates);
  return versions;
}

/** Next versions of resources, their keys, and the rows by which they are found. */
interface Changes {
  readonly pks: string[];
  readonly versions: StoredVersion[];
  readonly rows: IndexRows;
}

const noChanges = (): Changes => ({ pks: [], versions: [], rows: noRows() });

function nextVersion({ type, id, method, current, body }: Write, now: Date): StoredVersion {
  const version = (current?.version ?? 0) + 1;
  // Versions of a resource are never at the same time, whatever the clocks of replicas say.
  const lastUpdated = new Date(Math.max(now.getTime(), (current?.lastUpdated.getTime() ?? 0) + 1));
  const stamp = { type, id, version, lastUpdated: lastUpdated.toISOString() };
  const content = body === null ? '' : printResource(body.text, stamp);
  return { type, id, version, lastUpdated, method, deleted: body === null, content };
}

type Table = keyof IndexRows;
const TABLES: Readonly<Record<Table, readonly [name: string, ...columns: (readonly [string, string])[]]>> = {
  token: ['search_token', ['pk', 'bigint'], ['param_id', 'integer'], ['hash', 'bigint'], ['system', 'bigint'], ['sort', 'bigint'], ['element', 'smallint'], ['marks', 'bigint']],
  string: ['search_string', ['pk', 'bigint'], ['param_id', 'integer'], ['value', 'text'], ['exact', 'text'], ['element', 'smallint']],
  date: ['search_date', ['pk', 'bigint'], ['param_id', 'integer'], ['low', 'bigint'], ['high', 'bigint'], ['element', 'smallint']],
  quantity: ['search_quantity', ['pk', 'bigint'], ['param_id', 'integer'], ['low', 'float8'], ['high', 'float8'], ['base', 'bigint'], ['base_low', 'float8'], ['base_high', 'float8'], ['code', 'bigint'], ['unit', 'bigint'], ['element', 'smallint']],
  reference: ['search_reference', ['pk', 'bigint'], ['target_type_id', 'integer'], ['target_id', 'text'], ['param_id', 'integer'], ['sort', 'bigint'], ['element', 'smallint'], ['marks', 'bigint']],
  compartment: ['compartment', ['pk', 'bigint'], ['patient_id', 'text'], ['type_id', 'integer'], ['sort', 'bigint'], ['marks', 'bigint']],
}; // prettier-ignore
const NAMES = Object.keys(TABLES) as Table[];

const VERSION = [
  ['pk', 'bigint'],
  ['type_id', 'integer'],
  ['id', 'text'],
  ['version', 'integer'],
  ['method', 'text'],
  ['last_updated', 'timestamptz'],
  ['deleted', 'boolean'],
  ['content', 'text'],
] as const;

/** How resources are indexed: whichever has a lower number is to be reindexed (migrations 0004 and 0008). */
export const INDEXED = 2;

/** The inserts of index rows, and their values from `$n` on. */
function indexInserts(first: number): string {
  let next = first;
  const inserts = NAMES.map((table) => {
    const [name, ...columns] = TABLES[table];
    const insert = insertion(name, columns, next);
    next += columns.length;
    return `${table}_rows as (${insert})`;
  });
  return inserts.join(', ');
}

/** The index rows of the keys `$2` go. */
const INDEX_GONE = NAMES.map(
  (table) => `${table}_gone as (delete from ${TABLES[table][0]} where pk = any(${array('$2', 'bigint')}))`,
).join(', ');

const CREATE = `with created as (
    ${insertion('resource', VERSION, 2, { indexed: INDEXED, restricted: `coalesce(${isRestricted('u.content')}, false)` })} returning 1
  ), ${indexInserts(2 + VERSION.length)}
  select 1 from created limit 1`;

const REPLACE = `with next as (
    select * from unnest(${VERSION.map(([, type], index) => array(`$${index + 2}`, type)).join(', ')})
      as u (${VERSION.map(([name]) => name).join(', ')})
  ), kept as (
    insert into resource_version (pk, version, tenant_id, type_id, method, last_updated, replaced_at, deleted, content)
    select r.pk, r.version, r.tenant_id, r.type_id, r.method, r.last_updated, n.last_updated, r.deleted, r.content
    from next n join resource r on r.pk = n.pk
  ), replaced as (
    update resource r set version = n.version, method = n.method, last_updated = n.last_updated,
      deleted = n.deleted, content = n.content, indexed = ${INDEXED}, restricted = coalesce(${isRestricted('n.content')}, r.restricted)
    from next n where r.pk = n.pk and r.tenant_id = $1::smallint returning 1
  ), ${INDEX_GONE},
  ${indexInserts(2 + VERSION.length)}
  select count(*)::int as count from replaced`;

const REINDEX = `with ${INDEX_GONE},
  ${indexInserts(3)}
  update resource r set indexed = ${INDEXED} where r.pk = any(${array('$2', 'bigint')}) and r.tenant_id = $1::smallint`;

/** Makes the rows by which resources are found anew; these are locked. */
export async function replaceIndexRows(
  { on, access }: Store,
  pks: readonly string[],
  rows: IndexRows,
): Promise<void> {
  await on.query(REINDEX, [access.tenantId, `{${pks.join(',')}}`, ...textsOfRows(rows)], 'reindex');
}

async function create({ on, access }: Store, changes: Changes): Promise<void> {
  await on.query(CREATE, valuesOf(access.tenantId, changes), 'create');
}

async function replace({ on, access }: Store, changes: Changes): Promise<void> {
  const [row] = await on.query<{ count: number }>(REPLACE, valuesOf(access.tenantId, changes), 'replace');
  if (row?.count !== changes.pks.length) throw new Error('A locked row was gone.');
}

function valuesOf(tenantId: number, { pks, versions, rows }: Changes): readonly unknown[] {
  const columns = [
    pks,
    versions.map(({ type }) => typeId(type)),
    versions.map(({ id }) => id),
    versions.map(({ version }) => version),
    versions.map(({ method }) => method),
    versions.map(({ lastUpdated }) => lastUpdated.toISOString()),
    versions.map(({ deleted }) => String(deleted)),
    versions.map(({ deleted, content }) => (deleted ? null : content)),
  ];
  return [tenantId, ...textsOf(VERSION, columns), ...textsOfRows(rows)];
}

function textsOfRows(rows: IndexRows): readonly string[] {
  return NAMES.flatMap((table) => {
    const [, ...own] = TABLES[table];
    return textsOf(own, rows[table]);
  });
}
