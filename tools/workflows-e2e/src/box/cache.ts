import { access, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { AskedCache, Machine } from './machine.ts';

/**
 * What `actions/cache` restores: the cache of the key, else the newest whose key begins with one of `restoreKeys`. The
 * runner is another machine than the one that kept it, and Nx calls the index of its cache after the machine.
 */
export async function restoreCache(
  asked: AskedCache,
  restoreKeys: string,
  machine: Machine,
): Promise<string> {
  machine.asked.push(asked);
  const found = await find(machine.caches, [asked.key, ...restoreKeys.split('\n').filter(Boolean)]);
  if (found === undefined) return `no cache for ${asked.key}`;
  await execa('cp', ['-alf', `${join(machine.caches, found)}/.`, machine.workspace]);
  const data = join(machine.workspace, '.nx/workspace-data');
  for (const name of (await readdir(data)).filter((each) => each.endsWith('.db'))) {
    // A copy: what is linked here is written to, the index alone.
    await copyFile(join(data, name), join(data, `elsewhere-${name.split('-').at(-1)}`));
    await rm(join(data, name));
  }
  return `restored ${found}`;
}

/** What it does after a job that succeeded. */
export async function keepCaches({ asked, caches, workspace }: Machine): Promise<void> {
  for (const { key, paths } of asked) {
    const directory = join(caches, key);
    if (
      await access(directory).then(
        () => true,
        () => false,
      )
    )
      continue;
    await mkdir(directory, { recursive: true });
    const script = `shopt -s nullglob; for path in ${paths.split('\n').join(' ')}; do
      case $path in *.db) how=-a;; *) how=-al;; esac; cp $how --parents $path "$0"; done`;
    await execa('bash', ['-c', script, directory], { cwd: workspace });
  }
}

async function find(caches: string, prefixes: readonly string[]): Promise<string | undefined> {
  const names = await readdir(caches).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(caches, name))).mtimeMs })),
  );
  const newest = dated.sort((a, b) => b.at - a.at).map(({ name }) => name);
  for (const prefix of prefixes) {
    const match = newest.find((name) => name.startsWith(prefix));
    if (match !== undefined) return match;
  }
  return undefined;
}
