import { afterAll, beforeAll, describe } from 'vitest';
import { ownDatabase } from '../test/own-database.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { describeSearchOracle } from '../test/search-oracle/describe-search-oracle.ts';
import type { Database } from './database/database.ts';

describe.skipIf(postgresUrl === null)('search on a PostgreSQL server', () => {
  let database: Database;
  beforeAll(async () => {
    database = await ownDatabase('oracle');
  });
  afterAll(async () => {
    await database.close();
  });

  describeSearchOracle(() => database, Number(process.env['SEARCHES'] ?? 5_000));
});
