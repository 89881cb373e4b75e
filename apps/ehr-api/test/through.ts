import type { Database, Queryable, TenantDatabases, Transactional } from '../src/database/database.ts';

/** A statement as it is asked, and where; what it comes to is answered instead of that. */
export type Around = (asked: Parameters<Queryable['query']>, on: Queryable, inTransaction: boolean) => Promise<readonly object[]>; // prettier-ignore

/** The same database: each statement by which requests are served goes through `around`. */
export function through(database: Database, around: Around): Database {
  const queryable = (on: Queryable, inTransaction: boolean): Queryable => ({
    query: <Row extends object>(...asked: Parameters<Queryable['query']>) =>
      around(asked, on, inTransaction) as Promise<Row[]>,
  });
  const known = new Map<number, Transactional>();
  const wrap = (tenants: TenantDatabases): TenantDatabases => ({
    ...tenants,
    forNobody: queryable(tenants.forNobody, false),
    forTenant: (id) => {
      const own = tenants.forTenant(id);
      const wrapped = known.get(id) ?? {
        ...queryable(own, false),
        transaction: (work) => own.transaction((on) => work(queryable(on, true))),
      };
      known.set(id, wrapped);
      return wrapped;
    },
  });
  return { ...database, as: (role) => wrap(database.as(role)) };
}
