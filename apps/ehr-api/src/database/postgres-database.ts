import { Pool, type PoolClient } from 'pg';
import {
  type Database,
  DatabaseBusy,
  type Queryable,
  TENANT_SETTING,
  type TenantDatabases,
  tenantSetting,
  type Transactional,
} from './database.ts';
import { inTurns, takeTurns } from './take-turns.ts';

/** To a server, for those who are served; and those that one client has at once. */
const [CONNECTIONS, EACH] = [10, 6];

/** Pools of connections to a PostgreSQL server. `onIdleError` hears of connections that broke while unused. */
export function openPostgres(
  url: string,
  onIdleError: (error: Error) => void,
  statementMs = 30_000,
): Database {
  const open: Pool[] = [];
  const poolOf = (name: string, max: number, role?: string) => {
    const pool = new Pool({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      // A statement nobody waits for any more must not hold locks.
      statement_timeout: statementMs,
      // A prepared statement says how it is to be run: planned anew for each value, it would take longer to plan than to run.
      // The role is that of a connection from its begin, and what `reset` leads back to.
      options: `-c plan_cache_mode=force_generic_plan -c jit=off${role === undefined ? '' : ` -c role=${role.replaceAll(/[\\\s]/gu, String.raw`\$&`)}`}`,
      max,
      application_name: name,
    });
    // Without a listener, a server restart would end this process.
    pool.on('error', onIdleError);
    open.push(pool);
    return pool;
  };
  const owner = poolOf('ehr-api schema', 10);
  const roles = new Map<string, TenantDatabases>();
  return {
    kind: 'postgres',
    query: (...asked) => inItself(owner, async () => undefined, asked),
    transaction: (work) => inTransaction(owner, '', work),
    as: (role) => {
      const known = roles.get(role) ?? tenantsOn(poolOf('ehr-api', CONNECTIONS, role), poolOf('ehr-api health', 1, role)); // prettier-ignore
      roles.set(role, known);
      return known;
    },
    close: async () => void (await Promise.all(open.map((pool) => pool.end()))),
  };
}

/** Each connection meets the rows of the tenant that it was told last: of none, as long as it was told of none. */
function tenantsOn(pool: Pool, healthPool: Pool): TenantDatabases {
  const told = new WeakMap<PoolClient, string>();
  const inTurn = takeTurns({ all: CONNECTIONS, each: EACH });
  const tell = async (client: PoolClient, tenant: string) => {
    if ((told.get(client) ?? '') === tenant) return;
    await runOn(client, `select set_config('${TENANT_SETTING}', $1, false)`, [tenant], 'tell tenant');
    told.set(client, tenant);
  };
  const queryable = (on: Pool, tenant: string): Queryable => ({
    query: (...asked) => inItself(on, (client) => tell(client, tenant), asked),
  });
  const served = (tenant: string) => {
    const first = `set local ${TENANT_SETTING} = '${tenant}'`;
    return inTurns(
      { ...queryable(pool, tenant), transaction: (work) => inTransaction(pool, first, work) },
      inTurn,
    );
  };
  const tenants = new Map<number, Transactional>();
  return {
    kind: 'postgres',
    forTenant: (id) => {
      const known = tenants.get(id) ?? served(tenantSetting(id));
      tenants.set(id, known);
      return known;
    },
    forNobody: served(tenantSetting(null)),
    health: queryable(healthPool, tenantSetting(null)),
  };
}

/** A connection for as long as `use` takes; one that it says is broken is thrown away, with whatever it was told. */
async function withClient<T>(
  pool: Pool,
  use: (client: PoolClient, isBroken: (error: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await connect(pool);
  let [broken, cut] = [undefined as Error | undefined, undefined as Error | undefined];
  // A connection that is cut while it is at work tells its statement, and says so here as well: unheard, it would end this process.
  const onCut = (error: Error) => void (cut ??= error);
  client.on('error', onCut);
  try {
    return await use(client, (error) => void (broken = error));
  } catch (error) {
    // Between two statements it says why; the next one only that there is none any more.
    throw cut ?? error;
  } finally {
    client.off('error', onCut);
    client.release(cut ?? broken);
  }
}

/** One statement for a tenant: a connection on which anything failed is not used again. */
function inItself<Row extends object>(
  pool: Pool,
  before: (client: PoolClient) => Promise<void>,
  [sql, values, name]: Parameters<Queryable['query']>,
): Promise<Row[]> {
  return withClient(pool, async (client, isBroken) => {
    try {
      await before(client);
      return await runOn<Row>(client, sql, values, name);
    } catch (error) {
      isBroken(error as Error);
      throw error;
    }
  });
}

async function runOn<Row extends object>(
  on: PoolClient,
  sql: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Row[]> {
  const named = name !== undefined && { name };
  return (await on.query<Row>({ text: sql, values: [...values], ...named })).rows;
}

/** @throws DatabaseBusy where pg says that no connection came free in time */
function connect(pool: Pool): Promise<PoolClient> {
  return pool.connect().catch((error: unknown) => {
    const isTimeout =
      error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect');
    throw isTimeout
      ? new DatabaseBusy('No connection to the database came free in time.', { cause: error })
      : error;
  });
}

/** `first` is done before anything of `work`. */
function inTransaction<T>(
  pool: Pool,
  first: string,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  return withClient(pool, async (client, isBroken) => {
    try {
      // Of what is written a plan made for these values is the better one: hundreds of rows, or one.
      await client.query(`begin; set local plan_cache_mode = auto; ${first}`);
      const result = await work({ query: (sql, values, name) => runOn(client, sql, values, name) });
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(isBroken);
      throw error;
    }
  });
}
