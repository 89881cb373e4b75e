import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesMatch } from './dependencies-match.mjs';

/**
 * Runs `npm ci` if node_modules is missing, incomplete, or not what package-lock.json says. npm writes
 * its record last, so an interrupted installation has none and is done again.
 *
 * @param {string} root
 */
export async function installDependencies(root) {
  if (isInstalled(root)) return;
  process.stdout.write('Installing dependencies (npm ci) … ');
  const start = Date.now();
  const { code, output } = await npmCi(root);
  if (code !== 0) {
    process.stdout.write(`failed\n${output}\n`);
    process.exit(1);
  }
  process.stdout.write(`done in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

/** @param {string} root */
function isInstalled(root) {
  const wanted = readLockfile(join(root, 'package-lock.json'));
  const installed = readLockfile(join(root, 'node_modules/.package-lock.json'));
  return wanted !== undefined && installed !== undefined && dependenciesMatch(wanted, installed);
}

/** @param {string} file @returns {import('./dependencies-match.mjs').Lockfile | undefined} */
function readLockfile(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // not there, or cut off
  }
}

/** @param {string} root @returns {Promise<{ code: number | null, output: string }>} */
function npmCi(root) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
