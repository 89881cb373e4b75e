import { type Criterion, type OfType } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { typeId } from '../ids.ts';
import { openRows } from '../opened-charts.ts';
import { alsoAsked, asProbe, withinReach } from './conditions.ts';
import { keysIn } from './ranges.ts';
import { paramsOf, type Where } from './rows.ts';
import { nameOf } from './statement-names.ts';
import type { Bind } from './values.ts';
import { collectable, isMore } from './walks.ts';

/** So many resources behind a reference are looked for first; of more each resource is asked. */
const MOST_BEHIND = 1_000;

/**
 * Criteria that go along references, made such that are met by an index: what few patients `subject:Patient.name=x` means are
 * found first. Those that mean many stay as they are. Null: nothing can match.
 */
export async function resolve(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
): Promise<readonly Criterion[] | null> {
  const resolved: Criterion[] = [];
  for (const criterion of criteria) {
    const own = await resolveOne(store, where, criterion);
    if (own === null) return null;
    resolved.push(own);
    const besides = alsoAsked(own, where.type);
    if (besides !== null) resolved.push(besides);
  }
  return resolved;
}

async function resolveOne(store: Store, where: Where, criterion: Criterion): Promise<Criterion | null> {
  switch (criterion.type) {
    case 'list':
      return listed(store, where, criterion.anyOf);
    case 'chain': {
      const targets = await Promise.all(criterion.anyOf.map((target) => behind(store, where, target)));
      if (targets.includes(undefined)) return criterion;
      const anyOf = criterion.anyOf.flatMap(({ type }, index) =>
        (targets[index] ?? []).map((id) => ({ targetTypes: [type], targetId: id })),
      );
      if (anyOf.length > MOST_BEHIND) return criterion;
      return anyOf.length === 0 ? null : { type: 'reference', parameter: criterion.parameter, anyOf };
    }
    case 'has': {
      const ids = await referredTo(store, where, criterion);
      if (ids === undefined) return criterion;
      return ids.length === 0 ? null : { type: 'id', anyOf: ids };
    }
    default:
      return criterion;
  }
}

/** The ids of the resources of a type that meet a criterion; undefined where they are too many, or no index finds them. */
async function behind(store: Store, where: Where, of: OfType): Promise<readonly string[] | undefined> {
  const { values, bind } = binding();
  const keys = await keysOf(store, { ...where, type: of.type }, of.criterion, bind);
  if (keys === undefined || keys === null) return keys === null ? [] : undefined;
  const sql = `select r.id from ${keys} join resource r on r.pk = k.pk and not r.deleted and ${where.access.condition('r', bind)}`;
  const rows = await store.on.query<{ id: string }>(sql, values, nameOf(sql));
  return rows.length > MOST_BEHIND ? undefined : rows.map(({ id }) => id);
}

/** The ids of the type looked for that resources refer to which meet a criterion; undefined as above. */
async function referredTo(
  store: Store,
  where: Where,
  { parameter, from: { type, criterion } }: Extract<Criterion, { type: 'has' }>,
): Promise<readonly string[] | undefined> {
  const { values, bind } = binding();
  const keys = await keysOf(store, { ...where, type }, criterion, bind);
  if (keys === undefined || keys === null) return keys === null ? [] : undefined;
  const references = [
    where.access.condition('s', bind),
    `s.param_id = any(${bind(paramsOf(type, parameter))}::int[])`,
    `s.target_type_id = ${bind(typeId(where.type))}::int`,
  ];
  const sql = `with k as materialized (select k.pk from ${keys}) select (select count(*)::int from k) as found, array(select distinct s.target_id from k join search_reference s on s.pk = k.pk and ${references.join(' and ')}) as ids`;
  const [row] = await store.on.query<{ found: number; ids: readonly string[] }>(sql, values, nameOf(sql));
  return row === undefined || row.found > MOST_BEHIND ? undefined : row.ids;
}

/**
 * The keys `k` of the resources that meet a criterion, and one more than are wanted. Null: there are none; undefined: they are
 * too many, or no index finds them.
 */
async function keysOf(
  store: Store,
  where: Where,
  criterion: Criterion,
  bind: Bind,
): Promise<string | null | undefined> {
  const resolved = await resolveOne(store, where, criterion);
  if (resolved === null) return null;
  const driver = collectable(resolved);
  if (driver === undefined || (await isMore(store, where, driver, MOST_BEHIND))) return undefined;
  const visible = () => [where.access.condition('r', bind), 'not r.deleted', ...openRows(where.access, 'r', bind), `r.type_id = ${bind(typeId(where.type))}::int`, ...withinReach(where, 's', 'r', bind)].join(' and '); // prettier-ignore
  const most = `limit ${MOST_BEHIND + 1}`;
  if (driver.type === 'id')
    return `(select r.pk from resource r where ${visible()} and r.id = any(${bind(driver.anyOf)}::text[]) ${most}) k`;
  const keys = keysIn(driver, where, bind);
  if (keys === '') return null;
  // Not before it is known which of them are meant.
  if (isExact(resolved) && where.access.reach(where.type, 's') === 'all')
    return where.access.restricted === null
      ? `(select u.pk from (${keys}) u ${most}) k`
      : `(select r.pk from (${keys}) u join resource r on r.pk = u.pk and ${visible()} ${most}) k`;
  return `(select r.pk from (${keys}) u join resource r on r.pk = u.pk and ${visible()} where ${asProbe(resolved, where, bind)} ${most}) k`;
}

/** Whether its rows are all that it asks for. */
function isExact(criterion: Criterion): boolean {
  return (
    criterion.type !== 'composite' &&
    criterion.type !== 'or' &&
    !('parameter' in criterion && criterion.parameter.endsWith(':identifier'))
  );
}

/** What stands in lists, and is not said to be taken off them. */
async function listed(store: Store, where: Where, ids: readonly string[]): Promise<Criterion | null> {
  const { values, bind } = binding();
  const conditions = [
    where.access.condition('r', bind),
    `r.type_id = ${bind(typeId('List'))}::int and r.id = any(${bind(ids)}::text[]) and not r.deleted`,
    ...openRows(where.access, 'r', bind),
    ...withinReach({ ...where, type: 'List' }, 'r', 'r', bind),
  ];
  const sql = `select r.content from resource r where ${conditions.join(' and ')}`;
  const rows = await store.on.query<{ content: string }>(sql, values, nameOf(sql));
  const prefix = `${where.type}/`;
  const anyOf = rows.flatMap(({ content }) => {
    const { entry = [] } = JSON.parse(content) as { entry?: { deleted?: boolean; item?: { reference?: string } }[] }; // prettier-ignore
    return entry.flatMap(({ deleted, item: { reference = '' } = {} }) =>
      deleted !== true && reference.startsWith(prefix)
        ? [reference.slice(prefix.length).split('/')[0] ?? '']
        : [],
    );
  });
  return anyOf.length === 0 ? null : { type: 'id', anyOf };
}
