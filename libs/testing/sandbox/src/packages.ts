import { type DebianRelease, type LaterSuite, machineRelease, privateApt } from './debian.ts';
import { SandboxError } from './run.ts';

/** Packages that make an engine. */
export interface EnginePackages {
  readonly names: readonly string[];
  /** Which of them come from a later Debian release; undefined where the machine's own will do. */
  readonly later: LaterSuite | undefined;
}

const TOO_OLD = ['buster', 'bullseye', 'bionic', 'focal'];
const DEBIAN = ['docker.io', 'docker-cli', 'containerd', 'docker-buildx', 'docker-compose'];

/** The distribution's own packages that make an engine with buildx and compose v2; undefined where it has none. */
export function enginePackages({ distribution, codename }: DebianRelease): EnginePackages | undefined {
  if (TOO_OLD.includes(codename)) return undefined;
  if (distribution === 'ubuntu')
    return { names: ['docker.io', 'docker-buildx', 'docker-compose-v2', 'iptables'], later: undefined };
  // Debian 12's own engine is 20.10 without buildx. Debian 13's packages need no newer libc, but its iptables
  // and runc do, so everything that is not named here stays with the machine's release.
  const later = codename === 'bookworm' ? { suite: 'trixie', preferred: DEBIAN } : undefined;
  return { names: [...DEBIAN, 'iptables'], later };
}

/**
 * The packages of what the tests need besides the engine: a database, a browser (Chromium without its windows: a page
 * costs it a quarter of the time), an emulator for arm64 images, the program that signs images, the one that checks
 * shell scripts.
 */
const TEST_PACKAGES = ['postgresql', 'chromium-headless-shell', 'qemu-user-static', 'cosign', 'shellcheck'] as const; // prettier-ignore
/** Ubuntu has no Chromium but a snap, which does not count, and not every Ubuntu has `cosign`. */
const NOT_ON_UBUNTU: readonly string[] = ['chromium-headless-shell', 'cosign'];

/** The packages that bring what is missing; `present`: whether the machine has what each brings. */
export function testPackages(
  present: Readonly<Record<(typeof TEST_PACKAGES)[number], boolean>>,
  { distribution }: DebianRelease,
): string[] {
  return TEST_PACKAGES.filter(
    (name) => !present[name] && !(distribution === 'ubuntu' && NOT_ON_UBUNTU.includes(name)),
  );
}

/** What comes from a later release of the distribution: the engine, and on Debian 12 cosign, which it does not have. */
export function laterPackages(release: DebianRelease): LaterSuite | undefined {
  const engine = enginePackages(release)?.later;
  return engine && { ...engine, preferred: [...engine.preferred, 'cosign'] };
}

/**
 * Installs packages on this Debian or Ubuntu (as root), those of `laterPackages` from there.
 *
 * @throws SandboxError on every other system, and where apt fails
 */
export async function installPackages(names: readonly string[]): Promise<void> {
  const release = machineRelease();
  if (!release)
    throw new SandboxError('this is not Debian or Ubuntu', `Install by hand: ${names.join(', ')}.`);
  await privateApt('machine', release, { later: laterPackages(release) }).install(names);
}
