/** What the service asks of PostgreSQL, embedded or not. Values are always parameters (`$1`), never text. */
export interface Queryable {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A pool of connections; `transaction` gives one of them for as long as it takes. */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'embedded';
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
