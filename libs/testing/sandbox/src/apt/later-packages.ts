import { enginePackages } from '../engine/engine-packages.ts';
import type { DebianRelease } from './debian-release.ts';
import type { PrivateAptOptions } from './private-apt.ts';

/** What comes from a later release of the distribution: the engine, and on Debian 12 cosign, which it does not have. */
export function laterPackages(release: DebianRelease): PrivateAptOptions['laterSuite'] {
  const engine = enginePackages(release)?.later;
  return engine && { ...engine, preferred: [...engine.preferred, 'cosign'] };
}
