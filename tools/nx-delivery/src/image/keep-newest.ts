import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** For `keepNewest`: the file or directory was used now. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/**
 * Removes the entries of a directory but for the `count` that were used last. What another build takes away meanwhile is
 * not missed.
 */
export async function keepNewest(directory: string, count: number): Promise<void> {
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
