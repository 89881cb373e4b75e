import type { Search } from '@ehr/fhir/server';
import { binding, type Store } from './context.ts';
import { typeId } from './ids.ts';
import { asProbe, type Bind, inSet, type Where } from './search/conditions.ts';
import { chooseWalk, rangesOf } from './search/walks.ts';
import { type StoredVersion, toStoredVersion, VERSION_COLUMNS, type VersionRow } from './stored-version.ts';

/** A page of a search's matches, and whether there are more. */
export interface Page {
  readonly matches: readonly StoredVersion[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: string;
}

/** Where a page ends: in milliseconds, the time it is ordered by, and when the first page was read. */
interface Place {
  readonly at: string;
  readonly pk: string;
  readonly asOf: string;
}

type FoundRow = VersionRow & { readonly at: string };

/**
 * One page of matches; `search.count` is at least 1. In the order of what happened, newest first, where a token or a
 * reference is asked for, else the last changed first. What changes while pages are read is on none that follows: nothing is
 * there twice, and nothing that stays as it was is missed.
 */
export async function findResources(store: Store, type: string, search: Search): Promise<Page> {
  const where = whereOf(store, type);
  const asOf = placeOf(search.after)?.asOf ?? String(Date.now());
  const { sql, values } = await pageOf(store, where, search);
  const rows = await store.on.query<FoundRow>(sql, values);
  const shown = rows.slice(0, search.count);
  const last = shown.at(-1);
  return {
    matches: shown.map((row) => toStoredVersion(type, row)),
    ...(rows.length > shown.length && last ? { next: `${last.at}.${last.pk}.${asOf}` } : {}),
  };
}

/** How many match. */
export async function countResources(store: Store, type: string, search: Search): Promise<number> {
  const where = whereOf(store, type);
  const { values, bind } = binding();
  const conditions = ['not r.deleted', ...search.criteria.map((criterion) => inSet(criterion, where, bind))];
  const [row] = await store.on.query<{ total: number }>(
    `select count(*)::int as total from resource r where ${[...ofType(store, where, bind), ...conditions].join(' and ')}`,
    values,
  );
  return row?.total ?? 0;
}

/** A statement and its values. */
interface Statement {
  readonly sql: string;
  readonly values: unknown[];
}

/** The statement for a page, and one match more. */
export async function pageOf(store: Store, where: Where, search: Search): Promise<Statement> {
  const walk = await chooseWalk(store, where, search);
  const { values, bind } = binding();
  const place = placeOf(search.after);
  const others = search.criteria.filter((criterion) => walk.kind === 'type' || criterion !== walk.criterion);
  const conditions = [
    ...ofType(store, where, bind),
    'not r.deleted',
    ...others.map((criterion) => asProbe(criterion, where, bind)),
  ];
  const limit = `limit ${bind(search.count + 1)}::int`;
  if (walk.kind === 'criterion') {
    if (place) conditions.push(`r.last_updated <= ${time(place.asOf, bind)}`);
    const behind = place ? `and (s.sort, s.pk) < (${bind(place.at)}::bigint, ${bind(place.pk)}::bigint)` : '';
    const inOrder = 'order by s.sort desc, s.pk desc';
    const walks = rangesOf(walk.criterion, where, bind).map(
      (range) => `(select s.sort, s.pk from ${range} ${behind} ${inOrder} offset 0)`,
    );
    const along = `select distinct on (s.sort, s.pk) s.sort, s.pk from (${walks.join(' union all ')}) s ${inOrder}`;
    const sql = `select ${VERSION_COLUMNS}, d.sort::text as at from ${each(along, conditions)}
      order by d.sort desc, d.pk desc ${limit}`;
    return { sql, values };
  }
  if (place) conditions.push(`(r.last_updated, r.pk) < (${time(place.at, bind)}, ${bind(place.pk)}::bigint)`);
  const columns = `${VERSION_COLUMNS}, (extract(epoch from r.last_updated) * 1000)::bigint::text as at`;
  const order = `order by r.last_updated desc, r.pk desc ${limit}`;
  if (walk.kind === 'type' || walk.criterion.type === 'id') {
    if (walk.kind === 'collected') conditions.push(asProbe(walk.criterion, where, bind));
    return { sql: `select ${columns} from resource r where ${conditions.join(' and ')} ${order}`, values };
  }
  const ranges = rangesOf(walk.criterion, where, bind).map((range) => `select s.pk from ${range}`);
  return { sql: `select ${columns} from ${each(ranges.join(' union '), conditions)} ${order}`, values };
}

/** Of each key in its turn the resource; `offset 0` keeps one from being looked for before. */
function each(keys: string, conditions: readonly string[]): string {
  const resource = `select r.* from resource r where r.pk = d.pk and ${conditions.join(' and ')} offset 0`;
  return `(${keys}) d join lateral (${resource}) r on true`;
}

function whereOf({ access, tokenHash }: Store, type: string): Where {
  return { type, tenantId: access.tenantId, tokenHash };
}

function ofType({ access }: Store, { type }: Where, bind: Bind): readonly string[] {
  return [
    access.condition('r', bind),
    `(r.type_id::bigint) = ${bind(typeId(type))}::bigint`,
    'not r.deleted',
  ];
}

/** A time in milliseconds, as PostgreSQL has it; from before 1970 nothing is. */
function time(milliseconds: string, bind: Bind): string {
  const known = Math.min(Math.max(Number(milliseconds), 0), 8_640_000_000_000_000);
  return `to_timestamp(${bind(known)}::float8 / 1000)`;
}

function placeOf(after: string | undefined): Place | undefined {
  const [at = '', pk = '', asOf = ''] = after?.split('.') ?? [];
  return after === undefined ? undefined : { at, pk, asOf };
}
