import type { DebianRelease } from '../apt/debian-release.ts';

export interface EnginePackages {
  readonly names: readonly string[];
  /** The later Debian release they come from; undefined for the machine's own. */
  readonly suite: string | undefined;
}

const TOO_OLD = ['buster', 'bullseye', 'bionic', 'focal'];

/** The distribution's own packages that make an engine with buildx and compose v2; undefined where it has none. */
export function enginePackages({ distribution, codename }: DebianRelease): EnginePackages | undefined {
  if (TOO_OLD.includes(codename)) return undefined;
  if (distribution === 'ubuntu')
    return { names: ['docker.io', 'docker-buildx', 'docker-compose-v2', 'iptables'], suite: undefined };
  const names = ['docker.io', 'docker-cli', 'containerd', 'docker-buildx', 'docker-compose', 'iptables'];
  // Debian 12's own engine is 20.10 without buildx; Debian 13's packages ask for no newer libc.
  return { names, suite: codename === 'bookworm' ? 'trixie' : undefined };
}
