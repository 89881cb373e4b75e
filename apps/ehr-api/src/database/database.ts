/** What the service asks of PostgreSQL, embedded or not. Values are always parameters (`$1`), never text. */
export interface Queryable {
  /** `name` is that of a statement which is always the same: each connection prepares it once. */
  query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

/** Connections; `transaction` gives one of them for as long as it takes. */
export interface Transactional extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
}

/** The database as its owner has it, who makes its tables: no policy of rows holds for the owner. */
export interface Database extends Transactional {
  readonly kind: 'postgres' | 'embedded';
  /** The same database as this role has it, which owns nothing; asked for once more it is the same. */
  as(role: string): TenantDatabases;
  close(): Promise<void>;
}

/** The database as those are served by it who ask: each tenant's rows apart, whatever a statement says. */
export interface TenantDatabases {
  readonly kind: Database['kind'];
  /** Meets the rows of this tenant alone; asked for once more it is the same. @param id a smallint */
  forTenant(id: number): Transactional;
  /** Meets no row of any tenant: for what belongs to none. */
  readonly forNobody: Queryable;
  /** A connection of its own, which no request takes and none waits for; meets no row of any tenant. */
  readonly health: Queryable;
}

/** What a session tells of whose rows are met (migration 0006). */
export const TENANT_SETTING = 'ehr.tenant';

/** The setting for a tenant; for nobody, that of no tenant. @throws RangeError for what is no number of a tenant */
export function tenantSetting(id: number | null): string {
  if (id === null) return '';
  if (!Number.isInteger(id)) throw new RangeError('A tenant has a whole number.');
  return String(id);
}

/** All connections are at work, and none came free in time. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
}
