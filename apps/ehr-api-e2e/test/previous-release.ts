import { mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '../../..');
const MIGRATIONS = 'apps/ehr-api/src/database/migrations';

/** ehr-api as it was before the newest migration came. */
export interface PreviousRelease {
  /** The file it starts with. */
  readonly main: string;
  /** Of its newest migration. */
  readonly schema: number;
  remove(): Promise<void>;
}

/** Takes the sources out of Git, the commit before the newest migration; packages are those of today. */
export async function checkOutPreviousRelease(): Promise<PreviousRelease> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-previous-'));
  const newest = (await migrationsIn(ROOT)).at(-1) ?? '';
  const git = (...args: string[]) => execa('git', args, { cwd: ROOT });
  const added = await git('log', '-1', '--diff-filter=A', '--format=%H', '--', `${MIGRATIONS}/${newest}`);
  // One that is in no commit yet comes after all of them.
  const commit = added.stdout === '' ? 'HEAD' : `${added.stdout}~1`;
  const archive = join(directory, 'sources.tar');
  await git('archive', '--output', archive, commit, 'apps/ehr-api', 'libs', 'package.json');
  await execa('tar', ['-xf', archive, '-C', directory]);
  await linkPackages(directory);
  return {
    main: join(directory, 'apps/ehr-api/src/main.ts'),
    schema: Number.parseInt((await migrationsIn(directory)).at(-1) ?? '', 10),
    remove: () => rm(directory, { recursive: true }),
  };
}

async function migrationsIn(root: string): Promise<string[]> {
  return (await readdir(join(root, MIGRATIONS))).filter((name) => /^\d{4}-.*\.ts$/.test(name)).sort();
}

/** The workspace's own packages are those of `directory`. */
async function linkPackages(directory: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(directory, 'node_modules')];
  await mkdir(join(to, '@ehr'), { recursive: true });
  for (const name of await readdir(from))
    if (name !== '@ehr' && name !== '.bin') await symlink(join(from, name), join(to, name));
  for (const name of await readdir(join(from, '@ehr')))
    await symlink(await readlink(join(from, '@ehr', name)), join(to, '@ehr', name));
}
