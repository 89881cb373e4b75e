import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Marks the entry of a directory as used now and removes the others but for the `count` that were used last. What another
 * build takes away meanwhile is not missed.
 */
export async function keepNewest(directory: string, used: string, count: number): Promise<void> {
  const now = new Date();
  await utimes(join(directory, used), now, now);
  const entries = await Promise.all(
    (await readdir(directory)).map(async (name) => ({
      path: join(directory, name),
      usedAt: await stat(join(directory, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = entries.sort((a, b) => b.usedAt - a.usedAt).slice(count);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}
