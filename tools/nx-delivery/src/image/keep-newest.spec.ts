import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepNewest, markUsed } from './keep-newest.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-newest-'));
  for (const [name, day] of [
    ['oldest', 1],
    ['older', 2],
    ['newer', 3],
  ] as const) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'blob'), name);
    await utimes(join(directory, name), new Date(2026, 0, day), new Date(2026, 0, day));
  }
});
afterEach(() => rm(directory, { recursive: true }));

it('keeps what was used last, what is used now among it, and removes the rest whole', async () => {
  await markUsed(join(directory, 'oldest'));
  await keepNewest(directory, 2);
  expect((await readdir(directory)).sort()).toEqual(['newer', 'oldest']);
  await markUsed(join(directory, 'newer'));
  await keepNewest(directory, 1);
  expect(await readdir(directory)).toEqual(['newer']);
});

it('removes nothing while there are fewer', async () => {
  await keepNewest(directory, 3);
  expect(await readdir(directory)).toHaveLength(3);
});
