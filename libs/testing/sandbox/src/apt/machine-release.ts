import { readFileSync } from 'node:fs';
import { parseDebianRelease, type DebianRelease } from './debian-release.ts';

/** The Debian or Ubuntu this machine runs, or undefined. */
export function machineRelease(): DebianRelease | undefined {
  try {
    return parseDebianRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return undefined; // no such file: macOS, Windows
  }
}
