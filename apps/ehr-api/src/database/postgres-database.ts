import { Pool, type PoolClient } from 'pg';
import { type Database, DatabaseBusy, type Queryable } from './database.ts';

/** A pool of connections to a PostgreSQL server. `onIdleError` hears of connections that broke while unused. */
export function openPostgres(
  url: string,
  onIdleError: (error: Error) => void,
  statementMs = 30_000,
): Database {
  const options = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    // A statement nobody waits for any more must not hold locks.
    statement_timeout: statementMs,
    // A prepared statement says how it is to be run: planned anew for each value, it would take longer to plan than to run.
    options: '-c plan_cache_mode=force_generic_plan -c jit=off',
  };
  const pool = new Pool({ ...options, max: 10, application_name: 'ehr-api' });
  const health = new Pool({ ...options, max: 1, application_name: 'ehr-api health' });
  // Without a listener, a server restart would end this process.
  for (const one of [pool, health]) one.on('error', onIdleError);
  return {
    kind: 'postgres',
    query: (sql, values, name) => runOn(pool, sql, values, name),
    transaction: (work) => inTransaction(pool, work),
    health: { query: (sql, values) => runOn(health, sql, values) },
    close: async () => void (await Promise.all([pool.end(), health.end()])),
  };
}

async function runOn<Row extends object>(
  on: Pool | PoolClient,
  sql: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Row[]> {
  try {
    return (await on.query<Row>({ text: sql, values: [...values], ...(name !== undefined && { name }) }))
      .rows;
  } catch (error) {
    throw busyOr(error);
  }
}

/** What pg says when no connection came free in time. */
function busyOr(error: unknown): unknown {
  const isTimeout =
    error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect');
  return isTimeout
    ? new DatabaseBusy('No connection to the database came free in time.', { cause: error })
    : error;
}

async function inTransaction<T>(pool: Pool, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw busyOr(error);
  });
  let broken: Error | undefined;
  // A connection that is cut while it is at work tells its statement, and says so here as well: unheard, it would end this process.
  const onCut = (error: Error) => void (broken = error);
  client.on('error', onCut);
  try {
    // Of what is written a plan made for these values is the better one: hundreds of rows, or one.
    await client.query('begin; set local plan_cache_mode = auto');
    const result = await work({ query: (sql, values, name) => runOn(client, sql, values, name) });
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away by `release(error)`.
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off('error', onCut);
    client.release(broken);
  }
}
