import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Queryable } from './database.ts';
import { openEmbedded } from './embedded-database.ts';

/** Takes for ever, and cannot be asked to stop. */
const LONG = 'select count(*) from generate_series(1, 100000000) a, generate_series(1, 100000000) b';

describe('an embedded database', () => {
  let directory: string;
  let database: Database;
  let health: Queryable;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-embedded-'));
    database = await openEmbedded(directory, 3_000);
    ({ health } = database.as('postgres'));
    await database.query('create table kept (n integer)');
    await database.query('insert into kept values (1)');
  });
  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true });
  });

  it('ends a statement that takes too long, and has what was committed', async () => {
    await health.query('select 1 as one');
    const long = database.query(LONG);
    const after = database.query('select n from kept');
    // Whether it answers is known meanwhile, and this process does what else there is.
    expect(await health.query('select 1 as one')).toEqual([{ one: 1 }]);
    await expect(long).rejects.toMatchObject({ code: '57014' });
    expect(await after).toEqual([{ n: 1 }]);
  });

  it('leaves nothing of a transaction whose statement took too long, and takes no more of it', async () => {
    const seen: unknown[] = [];
    const work = database.transaction(async (on) => {
      await on.query('insert into kept values (2)');
      await on.query(LONG).catch((error: unknown) => seen.push(error));
      await on.query('insert into kept values (3)');
    });
    await expect(work).rejects.toMatchObject({ code: '57P01' });
    expect(seen).toMatchObject([{ code: '57014' }]);
    expect(await database.query('select n from kept')).toEqual([{ n: 1 }]);
  });

  it('gives dates, numbers and nothing as PostgreSQL does, and its errors', async () => {
    const [row] = await database.query("select '2026-01-02T00:00:00Z'::timestamptz as at, 1::bigint as big, null as nothing"); // prettier-ignore
    expect(row).toEqual({ at: new Date('2026-01-02T00:00:00Z'), big: 1, nothing: null });
    await expect(database.query('select nothing')).rejects.toMatchObject({ code: '42703' });
  });
});
