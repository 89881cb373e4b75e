import { type Include, searchParameterOf } from '@ehr/fhir/server';
import { binding, type Store } from './context.ts';
import { typeId, typeOf } from './ids.ts';
import { withinReachOfAny } from './search/reach.ts';
import { paramsOf } from './search/rows.ts';
import { nameOf } from './search/statement-names.ts';
import { FOUND_COLUMNS, type FoundColumns, type FoundResource, toFound } from './stored-version.ts';

/** More would be answered beside the matches than a page has room for. */
export class TooManyIncluded extends Error {
  override readonly name = 'TooManyIncluded';
}

type Key = Pick<FoundResource, 'type' | 'id'>;
type FoundRow = FoundColumns & { readonly type_id: number };

/**
 * What stands beside the matches of a page: what they refer to, or what refers to them; with `iterate` also of what is
 * included. No match, and nothing twice.
 * @throws TooManyIncluded when there are more than `most`
 */
export async function findIncluded(
  store: Store,
  matches: readonly FoundResource[],
  includes: readonly Include[],
  most: number,
): Promise<readonly FoundResource[]> {
  if (includes.length === 0) return [];
  const seen = new Set(matches.map(keyOf));
  const included: FoundResource[] = [];
  let [from, asked] = [matches, includes];
  while (from.length > 0 && asked.length > 0) {
    const found = (
      await Promise.all(asked.map((include) => oneInclude(store, from, include, most + 1)))
    ).flat();
    const fresh = found.filter((one) => seen.size < seen.add(keyOf(one)).size);
    included.push(...fresh);
    if (included.length > most) throw new TooManyIncluded();
    [from, asked] = [fresh, includes.filter(({ iterate }) => iterate)];
  }
  return included;
}

function keyOf({ type, id }: Key): string {
  return `${type}/${id}`;
}

async function oneInclude(
  store: Store,
  matches: readonly FoundResource[],
  include: Include,
  most: number,
): Promise<readonly FoundResource[]> {
  const { direction, type, parameter, target } = include;
  const own = direction === 'to' && type !== null ? matches.filter((one) => one.type === type) : matches;
  if (own.length === 0) return [];
  const { values, bind } = binding();
  const names = `unnest(${bind(own.map((one) => typeId(one.type)))}::int[], ${bind(own.map(({ id }) => id))}::text[]) as m (type_id, id)`;
  const { only = null } =
    type === null || parameter === null ? {} : (searchParameterOf(type, parameter) ?? {});
  const ofTarget = target ?? only;
  const conditions = [
    store.access.condition('s', bind),
    store.access.condition('r', bind),
    'not r.deleted',
    ...withinReachOfAny(store, 'r', 'r', bind),
    parameter === null || type === null
      ? 's.param_id <> 0'
      : `s.param_id = any(${bind(paramsOf(type, parameter))}::int[])`,
    ...(ofTarget === null ? [] : [`s.target_type_id = ${bind(typeId(ofTarget))}::int`]),
    ...(direction === 'from' && type !== null ? [`r.type_id = ${bind(typeId(type))}::int`] : []),
  ];
  const joined =
    direction === 'to'
      ? `${names} join resource o on ${store.access.condition('o', bind)} and o.type_id = m.type_id and o.id = m.id
         join search_reference s on s.pk = o.pk
         join resource r on r.type_id = s.target_type_id and r.id = s.target_id`
      : `${names} join search_reference s on s.target_type_id = m.type_id and s.target_id = m.id
         join resource r on r.pk = s.pk`;
  const sql = `select ${FOUND_COLUMNS}, r.type_id from resource r where r.pk in
    (select distinct r.pk from ${joined} where ${conditions.join(' and ')} limit ${bind(most)}::int)`;
  const rows = await store.on.query<FoundRow>(sql, values, nameOf(sql));
  return rows.map((row) => toFound(typeOf(row.type_id), row));
}
