import { binding, type Store } from './context.ts';
import { typeId, typeOf } from './ids.ts';

/** Who refers to whom: `Observation/2`, `Patient/1`. */
export interface Referrer {
  readonly by: string;
  readonly target: string;
}

/** So many are named. */
const NAMED = 5;

/** Resources that refer to any of these, and are not deleted themselves: the first five. */
export async function referrersTo(
  { on, access }: Store,
  targets: readonly { readonly type: string; readonly id: string }[],
): Promise<readonly Referrer[]> {
  const { values, bind } = binding();
  const rows = await on.query<{ target_type_id: number; target_id: string; type_id: number; id: string }>(
    `select distinct s.target_type_id, s.target_id, r.type_id, r.id
     from unnest(${bind(targets.map(({ type }) => String(typeId(type))))}::text[], ${bind(targets.map(({ id }) => id))}::text[]) as t (type_id, id)
     join search_reference s on s.target_type_id = t.type_id::integer and s.target_id = t.id
     join resource r on r.pk = s.pk
     where ${access.condition('s', bind)} and not (r.type_id = s.target_type_id and r.id = s.target_id)
     limit ${NAMED}`,
    values,
  );
  const nameOf = (type: number, id: string) => `${typeOf(type)}/${id}`;
  return rows.map((row) => ({
    by: nameOf(row.type_id, row.id),
    target: nameOf(row.target_type_id, row.target_id),
  }));
}
