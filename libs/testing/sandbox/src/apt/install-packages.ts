import { SandboxError } from '../sandbox-error.ts';
import { laterPackages } from './later-packages.ts';
import { machineRelease } from './machine-release.ts';
import { privateApt } from './private-apt.ts';

/** Installs packages on this Debian or Ubuntu (root), some from where `laterPackages` says. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const release = machineRelease();
  if (!release)
    throw new SandboxError('this is not Debian or Ubuntu', `Install by hand: ${names.join(', ')}.`);
  const laterSuite = laterPackages(release);
  await privateApt('machine', release, laterSuite ? { laterSuite } : {}).install(names);
}
