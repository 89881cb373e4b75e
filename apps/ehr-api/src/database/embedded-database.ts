import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tar from 'tar';
import {
  type Database,
  type Queryable,
  TENANT_SETTING,
  type TenantDatabases,
  tenantSetting,
  type Transactional,
} from './database.ts';
import { EmbeddedSession, type SessionUser } from './embedded-session.ts';
import { lockDataDirectory } from './lock-data-directory.ts';
import { inTurns, takeTurns } from './take-turns.ts';

/** In the image, beside the bundle (build/create-empty-database.ts); a run from the sources has none. */
const EMPTY_DATABASE = join(import.meta.dirname, 'empty-database.data');

/**
 * PostgreSQL in a thread of this process (PGlite), for laptops and demonstrations. One session: statements queue, and one that
 * takes longer than `statementMs` is ended. Rejects when another process has the directory open, because two writers would
 * destroy it.
 */
export async function openEmbedded(directory: string, statementMs = 30_000): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const unlock = await lockDataDirectory(directory);
  try {
    const dataDir = join(directory, 'pglite');
    if (existsSync(EMPTY_DATABASE) && !existsSync(dataDir)) await unpackEmptyDatabase(dataDir);
    const session = await EmbeddedSession.open(dataDir, statementMs);
    const roles = new Map<string, TenantDatabases>();
    return {
      kind: 'embedded',
      ...transactional(session, OWNER),
      as: (role) => {
        const known = roles.get(role) ?? tenantsOn(session, role);
        roles.set(role, known);
        return known;
      },
      close: async () => {
        await session.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

const OWNER: SessionUser = { role: null, tenant: tenantSetting(null) };

function tenantsOn(session: EmbeddedSession, role: string): TenantDatabases {
  const tenants = new Map<number, Transactional>();
  const forNobody = { role, tenant: tenantSetting(null) };
  // One is at work; that others wait behind it already lets what they tell the audit be written together.
  const inTurn = takeTurns({ all: 8, each: 4 });
  let known: object[] | undefined;
  return {
    kind: 'embedded',
    forTenant: (id) => {
      const own =
        tenants.get(id) ?? inTurns(transactional(session, { role, tenant: tenantSetting(id) }), inTurn);
      tenants.set(id, own);
      return own;
    },
    forNobody: inTurns(transactional(session, forNobody), inTurn),
    // What runs is answered or ended in its time: there is no need to wait for it to know that.
    health: {
      query: async <Row extends object>(sql: string, values?: readonly unknown[]) => {
        if (known === undefined || !session.isBusy)
          known = await session.alone(forNobody, (own) => own.query(sql, values));
        return known as Row[];
      },
    },
  };
}

function transactional(session: EmbeddedSession, user: SessionUser): Transactional {
  return {
    query: (sql, values) => session.alone(user, (own) => own.query(sql, values)),
    transaction: (work) => session.alone(user, (own) => inTransaction(own, user, work)),
  };
}

async function inTransaction<T>(
  on: Queryable,
  { tenant }: SessionUser,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  await on.query('begin');
  try {
    await on.query(`set local ${TENANT_SETTING} = '${tenant}'`);
    const result = await work(on);
    await on.query('commit');
    return result;
  } catch (error) {
    // Where the session was ended there is nothing to roll back.
    await on.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Takes most of a second; PGlite, which makes a database where none is, several and a gigabyte of memory. Nobody is served before,
 * and a thousand small files are written twice as fast by one thread as by five that wake each other.
 */
async function unpackEmptyDatabase(dataDir: string): Promise<void> {
  // Renamed when it is whole: a process that is killed meanwhile leaves no half database behind.
  const unfinished = `${dataDir}.unpacking`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  tar.extract({ file: EMPTY_DATABASE, cwd: unfinished, zstd: true, sync: true, noMtime: true });
  await rename(unfinished, dataDir);
}
