import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';
import { lockDataDirectory } from './lock-data-directory.ts';

/**
 * PostgreSQL inside this process (PGlite), for laptops and demonstrations. One session: statements queue.
 * Rejects when another process has the directory open, because two writers would destroy it.
 */
export async function openEmbedded(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const unlock = await lockDataDirectory(directory);
  try {
    const pglite = await PGlite.create({ dataDir: join(directory, 'pglite') });
    return {
      kind: 'embedded',
      query: (sql, values) => runOn(pglite, sql, values),
      transaction: (work) =>
        pglite.transaction((inner) => work({ query: (sql, values) => runOn(inner, sql, values) })),
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

async function runOn<Row extends object>(
  on: Pick<PGlite, 'query'>,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await on.query<Row>(sql, [...values])).rows;
}
