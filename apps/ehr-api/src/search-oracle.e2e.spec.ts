import { afterAll, beforeAll, describe } from 'vitest';
import { postgresUrl } from '../test/postgres-url.ts';
import { describeSearchOracle } from '../test/search-oracle/describe-search-oracle.ts';
import type { Database } from './database/database.ts';
import { openPostgres } from './database/postgres-database.ts';

describe.skipIf(postgresUrl === null)('search on a PostgreSQL server', () => {
  let database: Database;
  beforeAll(async () => {
    const server = postgresUrl ?? 'postgres://none';
    const first = openPostgres(server, () => undefined);
    await first.query('create database oracle');
    await first.close();
    database = openPostgres(Object.assign(new URL(server), { pathname: 'oracle' }).href, () => undefined);
  });
  afterAll(async () => {
    await database.close();
  });

  describeSearchOracle(() => database, Number(process.env['SEARCHES'] ?? 5_000));
});
