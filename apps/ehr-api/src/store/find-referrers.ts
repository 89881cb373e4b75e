import { binding, type Store } from './context.ts';
import { typeId, typeOf } from './ids.ts';
import { withinReachOfAny } from './search/reach.ts';
import { nameOf } from './search/statement-names.ts';

/** Who refers to whom: `Observation/2`, `Patient/1`. */
export interface Referrer {
  /** Null: one that may not be read. */
  readonly by: string | null;
  readonly target: string;
}

interface ReferrerRow {
  readonly target_type_id: number;
  readonly target_id: string;
  readonly type_id: number;
  readonly id: string;
  readonly readable: boolean;
}

/** So many are named. */
const NAMED = 5;

/** Resources that refer to any of these, and are not deleted themselves: the first five. */
export async function referrersTo(
  store: Store,
  targets: readonly { readonly type: string; readonly id: string }[],
): Promise<readonly Referrer[]> {
  const { on, access } = store;
  const { values, bind } = binding();
  const readable = ['true', ...withinReachOfAny(store, 'r', 'r', bind)].join(' and ');
  const sql = `select distinct s.target_type_id, s.target_id, r.type_id, r.id, ${readable} as readable
     from unnest(${bind(targets.map(({ type }) => typeId(type)))}::int[], ${bind(targets.map(({ id }) => id))}::text[]) as t (type_id, id)
     join search_reference s on s.target_type_id = t.type_id and s.target_id = t.id
     join resource r on r.pk = s.pk
     where ${access.condition('s', bind)} and not (r.type_id = s.target_type_id and r.id = s.target_id)
     limit ${NAMED}`;
  const rows = await on.query<ReferrerRow>(sql, values, nameOf(sql));
  const told = (type: number, id: string) => `${typeOf(type)}/${id}`;
  return rows.map((row) => ({
    by: row.readable ? told(row.type_id, row.id) : null,
    target: told(row.target_type_id, row.target_id),
  }));
}
