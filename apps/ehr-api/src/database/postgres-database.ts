import { Pool, type PoolClient } from 'pg';
import type { Database, Queryable } from './database.ts';

/** A pool of connections to a PostgreSQL server. `onIdleError` hears of connections that broke while unused. */
export function openPostgres(url: string, onIdleError: (error: Error) => void): Database {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    application_name: 'ehr-api',
    // A statement nobody waits for any more must not hold locks.
    statement_timeout: 30_000,
  });
  // Without a listener, a server restart would end this process.
  pool.on('error', onIdleError);
  return {
    kind: 'postgres',
    query: (sql, values) => runOn(pool, sql, values),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function runOn<Row extends object>(
  on: Pool | PoolClient,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await on.query<Row>(sql, [...values])).rows;
}

async function inTransaction<T>(pool: Pool, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work({ query: (sql, values) => runOn(client, sql, values) });
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away by `release(error)`.
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
