import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeApi } from '../test/describe-api.ts';
import { describeSearchOracle } from '../test/search-oracle/describe-search-oracle.ts';
import type { Database } from './database/database.ts';
import { openEmbedded } from './database/embedded-database.ts';

describe('the API on the embedded database', () => {
  let directory: string;
  let database: Database;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-api-'));
    database = await openEmbedded(directory);
  });
  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true });
  });

  describeApi(() => database, 8);
  describeSearchOracle(() => database, 300);
});
