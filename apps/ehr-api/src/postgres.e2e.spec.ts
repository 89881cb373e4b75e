import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRecords } from '../test/describe-records.ts';
import { describeRefusals } from '../test/describe-refusals.ts';
import { describeSearch } from '../test/describe-search.ts';
import { describeServer } from '../test/describe-server.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import type { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { migrations } from './database/migrations/index.ts';
import { openPostgres } from './database/postgres-database.ts';

describe.skipIf(postgresUrl === null)('the API on a PostgreSQL server', () => {
  const server = postgresUrl ?? 'postgres://none';
  let database: Database;
  const open = (url: string) => openPostgres(url, () => undefined);
  beforeAll(async () => {
    const first = open(server);
    await first.query('create database api');
    await first.query('create database replicas');
    await first.close();
    database = open(named('api'));
  });
  afterAll(async () => {
    await database.close();
  });
  const named = (name: string) => Object.assign(new URL(server), { pathname: name }).href;

  it('is migrated once by replicas that start together', async () => {
    const replicas = Array.from({ length: 4 }, () => open(named('replicas')));
    const applied = await Promise.all(replicas.map((replica) => migrate(replica, migrations)));
    expect(applied.flat()).toEqual(migrations.map(({ name }) => name));
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('reads a search from the covering index, in order', async () => {
    await migrate(database, migrations);
    await database.query(
      "insert into resource (type, id, version, last_updated, content) select 'T', n::text, 1, now(), '{}' from generate_series(1, 50) n",
    );
    await database.query(
      `insert into search_token select 'T', 'p', md5(n::text)::uuid, pk from resource, generate_series(1, 1000) n`,
    );
    await database.query('vacuum analyze search_token');
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      "explain select pk from search_token where type = 'T' and param = 'p' and hash = md5('1')::uuid order by pk desc limit 20",
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Sort');
  });

  describeServer(() => database);
  describeRecords(() => database);
  describeSearch(() => database);
  describeRefusals(() => database);
});
