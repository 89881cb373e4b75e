import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { linkTree } from './link-tree.ts';

/** What costs time to make again, and what a test never asks about: all other results are each checkout's own. */
const SHARED_TARGETS = ['build', 'empty-database'];

/**
 * Lets Nx in checkout `to` start as it does where it has run before, and gives it what was built in checkout `from`: its
 * own compiled code, its project graph (checked against the files again) and the cached builds. No lint, types, tests or
 * images. Nothing happens where Nx never ran in `from`.
 */
export async function warmNx(from: string, to: string): Promise<void> {
  const [there, here] = [join(from, '.nx'), join(to, '.nx')];
  const files = await readdir(join(there, 'workspace-data')).catch(() => []);
  await mkdir(join(here, 'workspace-data'), { recursive: true });
  const documents = files.filter((each) => /\.(?:json|hash)$/.test(each));
  // A process that ends just now renames files in it; what is not linked is compiled again.
  await linkTree(join(there, 'compile-cache'), here).catch(() => undefined);
  // Nx writes these again, over what is there.
  await Promise.all(
    documents.map((name) =>
      copyFile(join(there, 'workspace-data', name), join(here, 'workspace-data', name)),
    ),
  );
  const index = files.find((name) => name.endsWith('.db'));
  if (index === undefined) return;
  const own = join(here, 'workspace-data', index);
  copyIndex(join(there, 'workspace-data', index), own);
  const terminal = join(here, 'cache/terminalOutputs');
  await mkdir(terminal, { recursive: true });
  for (const hash of keepSharedTargets(own)) {
    await linkTree(join(there, 'cache', hash), join(here, 'cache'));
    await linkTree(join(there, 'cache/terminalOutputs', hash), terminal);
  }
}

/** A copy as of one moment, also while Nx writes the original. */
function copyIndex(from: string, to: string): void {
  const database = new DatabaseSync(from, { timeout: 5000 });
  database.prepare('VACUUM INTO ?').run(to);
  database.close();
}

/** Takes all other results out of the index, and what runs now; answers with the hashes that stay. */
function keepSharedTargets(index: string): string[] {
  const database = new DatabaseSync(index);
  const targets = SHARED_TARGETS.map((target) => `'${target}'`).join(',');
  const shared = `SELECT hash FROM task_details WHERE target IN (${targets})`;
  database.exec(
    `DELETE FROM running_tasks; DELETE FROM task_invocations; DELETE FROM task_history WHERE hash NOT IN (${shared});
     DELETE FROM cache_outputs WHERE hash NOT IN (${shared})`,
  );
  const kept = database.prepare('SELECT hash FROM cache_outputs').all();
  database.close();
  return kept.map(({ hash }) => String(hash));
}
