import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const WORKSPACE = join(import.meta.dirname, '../../..');

/** Hash of every file of a built app by its path. */
type Tree = Readonly<Record<string, string>>;

describe('builds of the same sources in different directories', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'ehr-builds-')));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('give byte-identical trees, without native code', { timeout: 600_000 }, async () => {
    const checkouts = [join(directory, 'one'), join(directory, 'a/second place')];
    for (const checkout of checkouts) await buildIn(checkout);
    for (const app of ['ehr-api', 'ehr-web']) {
      const [first, second] = await Promise.all(
        checkouts.map((checkout) => readTree(join(checkout, 'dist/apps', app))),
      );
      expect(Object.keys(first ?? {}).length).toBeGreaterThan(3);
      expect(second).toEqual(first);
    }
  });
});

/** Copies what git would check out, as it is now, and builds it without the cache. */
async function buildIn(checkout: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: WORKSPACE });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    // Files that others delete meanwhile are no part of a checkout.
    await cp(join(WORKSPACE, file), join(checkout, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  // Links would be resolved to the same place in both; hard links are as quick and are not.
  const copy = process.platform === 'linux' ? '-al' : '-R';
  await run('cp', [copy, join(WORKSPACE, 'node_modules'), join(checkout, 'node_modules')]);
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: checkout, NX_TUI: 'false' };
  const nx = join(checkout, 'node_modules/nx/dist/bin/nx.js');
  const args = ['run-many', '-t', 'build', '-p', 'ehr-api,ehr-web', '--skip-nx-cache', '--parallel=1'];
  await run(process.execPath, [nx, ...args], { cwd: checkout, env, maxBuffer: 64 * 1024 * 1024 });
}

async function readTree(root: string): Promise<Tree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const hashed = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      expect([relative(root, file), bytes.subarray(1, 4).toString('latin1')]).not.toEqual([
        expect.anything(),
        'ELF',
      ]);
      return [relative(root, file), createHash('sha256').update(bytes).digest('hex')] as const;
    }),
  );
  return Object.fromEntries(hashed.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
