import { StartError } from '@ehr/service-kit';
import type { Database, Queryable } from './database.ts';
import type { Migration } from './migrations/migration.ts';
import { currentSchema, schemaOf } from './schema.ts';

/** Any number will do, as long as every replica uses the same. */
const LOCK = 4_201_001;

/**
 * Brings the schema up to date and returns the names of what it applied. All of it is one transaction behind
 * an advisory lock: of two replicas starting together one migrates, the other waits and finds nothing to do.
 * @throws StartError when a later version made something of the database that this one cannot run on
 */
export function migrate(database: Database, migrations: readonly Migration[]): Promise<readonly string[]> {
  return database.transaction(async (transaction) => {
    // Neither waiting for the other replica nor building a large index is a statement gone astray.
    await transaction.query('set local statement_timeout = 0');
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK]);
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
