import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeBundleOracle } from '../test/describe-bundle-oracle.ts';
import { describeBundles } from '../test/describe-bundles.ts';
import { describeHistory } from '../test/describe-history.ts';
import { describeInteractions } from '../test/describe-interactions.ts';
import { describeRecords } from '../test/describe-records.ts';
import { describeRefusals } from '../test/describe-refusals.ts';
import { describeSearch } from '../test/describe-search.ts';
import { describeServer } from '../test/describe-server.ts';
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

  describeServer(() => database);
  describeRecords(() => database);
  describeInteractions(() => database);
  describeHistory(() => database);
  describeBundles(() => database);
  describeBundleOracle(() => database, 8);
  describeSearch(() => database);
  describeRefusals(() => database);
});
