import type { DebianRelease } from '../apt/debian-release.ts';

export interface EnginePackages {
  readonly names: readonly string[];
  /** Which of them come from a later Debian release; undefined where the machine's own will do. */
  readonly later: { readonly suite: string; readonly preferred: readonly string[] } | undefined;
}

const TOO_OLD = ['buster', 'bullseye', 'bionic', 'focal'];
const DEBIAN = ['docker.io', 'docker-cli', 'containerd', 'docker-buildx', 'docker-compose'];

/** The distribution's own packages that make an engine with buildx and compose v2; undefined where it has none. */
export function enginePackages({ distribution, codename }: DebianRelease): EnginePackages | undefined {
  if (TOO_OLD.includes(codename)) return undefined;
  if (distribution === 'ubuntu')
    return { names: ['docker.io', 'docker-buildx', 'docker-compose-v2', 'iptables'], later: undefined };
  // Debian 12's own engine is 20.10 without buildx. Debian 13's ask for no newer libc, but its iptables
  // and runc do, so everything that is not named here stays with the machine's release.
  const later = codename === 'bookworm' ? { suite: 'trixie', preferred: DEBIAN } : undefined;
  return { names: [...DEBIAN, 'iptables'], later };
}
