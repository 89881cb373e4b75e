import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres-database.ts';
import { postgresUrl } from './postgres-url.ts';

/** A new database of this name on the run's PostgreSQL server, for tests that need one of their own. */
export async function ownDatabase(name: string): Promise<Database> {
  const server = postgresUrl ?? 'postgres://none';
  const first = openPostgres(server, () => undefined);
  await first.query(`create database ${name}`);
  await first.close();
  return openPostgres(Object.assign(new URL(server), { pathname: name }).href, () => undefined);
}
