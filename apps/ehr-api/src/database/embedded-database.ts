import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import * as tar from 'tar';
import type { Database } from './database.ts';
import { lockDataDirectory } from './lock-data-directory.ts';

/** In the image, beside the bundle (build/create-empty-database.ts); a run from the sources has none. */
const EMPTY_DATABASE = join(import.meta.dirname, 'empty-database.data');

/**
 * PostgreSQL inside this process (PGlite), for laptops and demonstrations. One session: statements queue.
 * Rejects when another process has the directory open, because two writers would destroy it.
 */
export async function openEmbedded(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const unlock = await lockDataDirectory(directory);
  try {
    const dataDir = join(directory, 'pglite');
    if (existsSync(EMPTY_DATABASE) && !existsSync(dataDir)) await unpackEmptyDatabase(dataDir);
    const pglite = await PGlite.create({ dataDir });
    return {
      kind: 'embedded',
      query: (sql, values) => runOn(pglite, sql, values),
      transaction: (work) =>
        pglite.transaction((inner) => work({ query: (sql, values) => runOn(inner, sql, values) })),
      // There is one session: it answers when what came before is done.
      health: { query: (sql, values) => runOn(pglite, sql, values) },
      close: async () => {
        await pglite.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Takes a second; PGlite, which makes a database where none is, several and a gigabyte of memory. */
async function unpackEmptyDatabase(dataDir: string): Promise<void> {
  // Renamed when it is whole: a process that is killed meanwhile leaves no half database behind.
  const unfinished = `${dataDir}.unpacking`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  await tar.extract({ file: EMPTY_DATABASE, cwd: unfinished, brotli: true });
  await rename(unfinished, dataDir);
}

async function runOn<Row extends object>(
  on: Pick<PGlite, 'query'>,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await on.query<Row>(sql, [...values])).rows;
}
