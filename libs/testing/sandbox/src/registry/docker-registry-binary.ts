import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machineRelease } from '../apt/machine-release.ts';
import { privateApt } from '../apt/private-apt.ts';
import { findExecutable, isExecutable } from '../processes/find-executable.ts';
import { run } from '../processes/run.ts';
import { sandboxDirectory, sandboxPath } from '../workspace.ts';

/**
 * The `docker-registry` program: the machine's, or on Debian and Ubuntu the package's, unpacked into
 * `.sandbox/cache` and not installed, because the package would start a service of its own. Elsewhere
 * undefined: a container does it there.
 */
export async function dockerRegistryBinary(): Promise<string | undefined> {
  const present = findExecutable('docker-registry');
  if (present) return present;
  const unpacked = sandboxPath('cache', 'docker-registry');
  const binary = join(unpacked, 'usr/bin/docker-registry');
  if (isExecutable(binary)) return binary;
  const release = machineRelease();
  if (!release) return undefined;
  const work = mkdtempSync(join(sandboxDirectory('cache'), 'docker-registry-'));
  try {
    await privateApt('tools', release).download(['docker-registry'], work);
    const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
    if (!archive) throw new Error('apt-get download left no .deb file');
    await run('dpkg-deb', ['--extract', join(work, archive), join(work, 'root')]);
    rmSync(unpacked, { recursive: true, force: true });
    renameSync(join(work, 'root'), unpacked);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
}
