import { enginePackages } from '../engine/engine-packages.ts';
import { SandboxError } from '../sandbox-error.ts';
import { machineRelease } from './machine-release.ts';
import { privateApt } from './private-apt.ts';

/** Installs packages on this Debian or Ubuntu (root), the engine's from where `enginePackages` says. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const release = machineRelease();
  if (!release)
    throw new SandboxError('this is not Debian or Ubuntu', `Install by hand: ${names.join(', ')}.`);
  const laterSuite = enginePackages(release)?.later;
  await privateApt('machine', release, laterSuite ? { laterSuite } : {}).install(names);
}
