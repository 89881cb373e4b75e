import type { Queryable } from '../database/database.ts';

/** Of all that there are. */
export async function tenantIds(on: Queryable): Promise<readonly number[]> {
  return (await on.query<{ id: number }>('select id from tenant order by id')).map(({ id }) => id);
}

/** Adds a tenant; undefined where there is one of this name already. */
export async function addTenant(on: Queryable, name: string): Promise<number | undefined> {
  const [row] = await on.query<{ id: number }>(
    'insert into tenant (id, name) select max(id) + 1, $1 from tenant on conflict (name) do nothing returning id',
    [name],
  );
  return row?.id;
}

/** How long a tenant that was found is known. */
const REMEMBERED_MS = 60_000;

/** Finds tenants by their names; undefined: there is none of this name. */
export function tenantsOf(database: Queryable): (name: string) => Promise<number | undefined> {
  const known = new Map<string, { readonly id: number; readonly until: number }>();
  return async (name) => {
    const earlier = known.get(name);
    if (earlier !== undefined && earlier.until > Date.now()) return earlier.id;
    const [row] = await database.query<{ id: number }>(
      'select id from tenant where name = $1',
      [name],
      'tenant',
    );
    if (row === undefined) return undefined;
    known.set(name, { id: row.id, until: Date.now() + REMEMBERED_MS });
    return row.id;
  };
}
