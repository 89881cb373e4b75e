import { setTimeout } from 'node:timers/promises';
import { StartError } from '@ehr/service-kit';
import type { Queryable, Transactional } from './database.ts';
import type { Migration } from './migrations/migration.ts';
import { currentSchema, schemaOf } from './schema.ts';

/** Any number will do, as long as every replica uses the same. */
export const MIGRATION_LOCK = 4_201_001;

/**
 * Brings the schema up to date and returns the names of what it applied. All of it is one transaction behind
 * an advisory lock: of two replicas starting together one migrates, the other waits and finds nothing to do.
 * @throws StartError when a later version made something of the database that this one cannot run on
 */
export async function migrate(
  database: Transactional,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryToMigrate(database, migrations);
    } catch (error) {
      if (!IN_USE.includes(String((error as { code?: unknown }).code)) || tries === TRIES) throw error;
      await setTimeout(200);
    }
  }
}

/** When all is made in the archive that an embedded database begins as (build/create-empty-database.ts). */
export const ARCHIVED_AT = Date.UTC(2026, 0, 1);

/**
 * That archive has its tables, and neither a key to hash codes by nor a time of its own at which they were made: each database
 * gets both. Nothing happens to any other: one that lost its key must not go on with a new one, by which nothing is found.
 */
export async function makeOwn(database: Queryable): Promise<void> {
  await database.query(
    `with own as (
       insert into hash_key select gen_random_uuid() where not exists (select from hash_key)
       and exists (select from schema_migration where applied_at = $1::timestamptz) returning value
     ) update schema_migration set applied_at = now() where exists (select from own)`,
    [new Date(ARCHIVED_AT).toISOString()],
  );
}

/** A lock did not come in time, or two wait for each other: https://www.postgresql.org/docs/17/errcodes-appendix.html */
const IN_USE = ['55P03', '40P01'];
/** A minute or two of tries, between which the release before goes on. */
const TRIES = 150;

function tryToMigrate(database: Transactional, migrations: readonly Migration[]): Promise<readonly string[]> {
  return database.transaction(async (transaction) => {
    // Neither waiting for the other replica nor building a large index is a statement gone astray.
    await transaction.query('set local statement_timeout = 0');
    await transaction.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    // Who waits for a table holds up all that come after, and may wait for one that waits for another table of ours. So this
    // gives up first (PostgreSQL looks for such circles after a second), and nobody else is told to.
    await transaction.query("set local lock_timeout = '500ms'");
    await transaction.query(
      'create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const [current, { lowest, highest }] = [await currentSchema(transaction), schemaOf(migrations)];
    if (current > highest) {
      throw new StartError(
        'SCHEMA_BEYOND',
        'setting',
        `The database is at schema ${current}; this version of ehr-api runs on ${lowest} to ${highest}. Start a newer one.`,
      );
    }
    const applied = await transaction.query<{ name: string }>('select name from schema_migration');
    const missing = migrations.filter(({ name }) => !applied.some((row) => row.name === name));
    for (const migration of missing) await apply(migration, transaction);
    return missing.map(({ name }) => name);
  });
}

async function apply({ name, statements }: Migration, transaction: Queryable): Promise<void> {
  for (const statement of statements) await transaction.query(statement);
  await transaction.query('insert into schema_migration (name) values ($1)', [name]);
}
