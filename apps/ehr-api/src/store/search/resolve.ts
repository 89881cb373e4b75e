import { type Criterion, type OfType } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { typeId } from '../ids.ts';
import { alsoAsked, asProbe } from './conditions.ts';
import { paramsOf, type Where } from './rows.ts';
import { chooseCollected, rangesOf } from './walks.ts';

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
        (targets[index] ?? []).map(({ id }) => ({ targetTypes: [type], targetId: id })),
      );
      if (anyOf.length > MOST_BEHIND) return criterion;
      return anyOf.length === 0 ? null : { type: 'reference', parameter: criterion.parameter, anyOf };
    }
    case 'has': {
      const found = await behind(store, where, criterion.from);
      if (found === undefined) return criterion;
      const ids = await targetsOf(store, where, criterion, found.map(({ pk }) => pk)); // prettier-ignore
      return ids.length === 0 ? null : { type: 'id', anyOf: ids };
    }
    default:
      return criterion;
  }
}

interface Key {
  readonly pk: string;
  readonly id: string;
}

/** The resources of a type that meet a criterion; undefined where they are too many, or are not found by an index. */
async function behind(
  store: Store,
  where: Where,
  { type, criterion }: OfType,
): Promise<readonly Key[] | undefined> {
  const own = { ...where, type };
  const resolved = await resolveOne(store, own, criterion);
  if (resolved === null) return [];
  const walk = await chooseCollected(store, own, [resolved], MOST_BEHIND);
  if (walk.kind !== 'collected') return undefined;
  const { values, bind } = binding();
  const conditions = [
    own.access.condition('r', bind),
    `r.type_id = ${bind(typeId(type))}::int`,
    'not r.deleted',
    asProbe(resolved, own, bind),
  ];
  const keys = rangesOf(walk.criterion, own, bind).map((range) => `select distinct s.pk from ${range}`);
  const from =
    walk.criterion.type === 'id'
      ? 'resource r'
      : `(${keys.join(' union ')}) d join resource r on r.pk = d.pk`;
  return store.on.query<Key>(
    `select r.pk::text as pk, r.id from ${from} where ${conditions.join(' and ')}`,
    values,
  );
}

/** The ids of the type looked for that these resources refer to. */
async function targetsOf(
  store: Store,
  where: Where,
  { parameter, from }: { readonly parameter: string; readonly from: OfType },
  pks: readonly string[],
): Promise<readonly string[]> {
  if (pks.length === 0) return [];
  const { values, bind } = binding();
  const rows = await store.on.query<{ id: string }>(
    `select distinct s.target_id as id from search_reference s
     where s.pk = any(${bind(pks)}::bigint[]) and s.param_id = any(${bind(paramsOf(from.type, parameter))}::int[])
       and s.target_type_id = ${bind(typeId(where.type))}::int and ${where.access.condition('s', bind)}`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** What stands in lists, and is not said to be taken off them. */
async function listed(store: Store, where: Where, ids: readonly string[]): Promise<Criterion | null> {
  const { values, bind } = binding();
  const rows = await store.on.query<{ content: string }>(
    `select r.content from resource r where ${where.access.condition('r', bind)} and r.type_id = ${bind(typeId('List'))}::int
       and r.id = any(${bind(ids)}::text[]) and not r.deleted`,
    values,
  );
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
