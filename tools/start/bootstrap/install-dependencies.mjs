import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs `npm ci` if node_modules is missing, incomplete, or not what package-lock.json asks for. npm writes
 * its record last, so an interrupted installation has none and is done again. Ends the process where npm fails.
 *
 * @param {string} root
 */
export function installDependencies(root) {
  const wanted = readLockfile(join(root, 'package-lock.json'));
  const installed = readLockfile(join(root, 'node_modules/.package-lock.json'));
  if (wanted && installed && dependenciesMatch(wanted, installed)) return;
  process.stdout.write('Installing dependencies (npm ci) … ');
  const start = Date.now();
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    maxBuffer: Infinity,
  });
  if (npm.status !== 0) {
    process.stdout.write(`failed\n${npm.error?.message ?? ''}${npm.stdout ?? ''}${npm.stderr ?? ''}\n`);
    process.exit(1);
  }
  process.stdout.write(`done in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

/**
 * Whether what npm wrote into node_modules (`node_modules/.package-lock.json`) is what
 * `package-lock.json` asks for. Optional packages may be missing: those of other platforms always are.
 *
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 * @returns {boolean}
 *
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */
export function dependenciesMatch(wanted, installed) {
  const have = installed.packages ?? {};
  const want = Object.entries(wanted.packages ?? {}).filter(([path]) => path.includes('node_modules/'));
  const known = new Set(want.map(([path]) => path));
  const extra = Object.keys(have).some((path) => path.includes('node_modules/') && !known.has(path));
  return !extra && want.every(([path, locked]) => isSatisfied(locked, have[path]));
}

/**
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} present
 */
function isSatisfied(locked, present) {
  if (!present) return Boolean(locked.optional ?? locked.devOptional);
  if (locked.link) return present.link === true;
  return present.version === locked.version && present.integrity === locked.integrity;
}

/** @param {string} file @returns {Lockfile | undefined} */
function readLockfile(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // not there, or cut off
  }
}
