import type { Queryable } from '../database/database.ts';

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
