import { readFileSync } from 'node:fs';

/** A system whose packages come from apt. */
export interface DebianRelease {
  readonly distribution: 'debian' | 'ubuntu';
  /** `bookworm`, `trixie`, `noble` … */
  readonly codename: string;
}

/** The Debian or Ubuntu this machine runs, or undefined. */
export function machineRelease(): DebianRelease | undefined {
  try {
    return parseDebianRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return undefined; // no such file: macOS, Windows
  }
}

/**
 * The release an /etc/os-release names. Undefined for every system that is neither Debian nor Ubuntu (derivatives have
 * other mirrors and names).
 */
export function parseDebianRelease(osRelease: string): DebianRelease | undefined {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  const distribution = field('ID');
  const codename = field('VERSION_CODENAME');
  return (distribution === 'debian' || distribution === 'ubuntu') && codename
    ? { distribution, codename }
    : undefined;
}
