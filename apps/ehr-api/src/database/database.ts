/** What the service asks of PostgreSQL, embedded or not. Values are always parameters (`$1`), never text. */
export interface Queryable {
  /** `name` is that of a statement which is always the same: each connection prepares it once. */
  query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

/** A pool of connections; `transaction` gives one of them for as long as it takes. */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'embedded';
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** A connection of its own, which no request takes and none waits for. */
  readonly health: Queryable;
  close(): Promise<void>;
}

/** All connections are at work, and none came free in time. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
}
