import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { sandboxDirectory } from '../workspace.ts';

/** The Node program for Linux of an architecture (npm's name), out of its npm package; kept in the cache. */
export async function nodeBinary(version: string, architecture: string): Promise<string> {
  const cached = join(sandboxDirectory('cache'), `node-${version}-${architecture}`);
  if (existsSync(cached)) return cached;
  const work = mkdtempSync(`${cached}-`);
  try {
    const name = `node-linux-${architecture}@${version}`;
    await run('npm', ['pack', '--silent', '--pack-destination', work, name]);
    const archive = readdirSync(work).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new Error(`npm pack ${name} left no archive`);
    await run('tar', ['-xzf', join(work, archive), '-C', work, 'package/bin/node']);
    renameSync(join(work, 'package/bin/node'), cached);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return cached;
}
