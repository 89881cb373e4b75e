import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NEEDED = 24;

/**
 * The Node 24 program everything else runs on: the one npm installed (an optional dependency per
 * platform), or the machine's own. Ends the process with an explanation if there is neither.
 *
 * @param {string} root
 * @returns {string}
 */
export function findNode(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [join(root, 'node_modules/.bin', name), process.execPath];
  const found = candidates.find((file) => existsSync(file) && majorVersion(file) >= NEEDED);
  if (found) return found;
  console.error(
    `Node ${NEEDED} is needed and this is ${process.version}: no package with it was installed for ` +
      `${process.platform} ${process.arch} (optional dependencies may be switched off). ` +
      `Install Node ${NEEDED} yourself and run the command again.`,
  );
  process.exit(1);
}

/** @param {string} node */
function majorVersion(node) {
  try {
    return Number(execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0]);
  } catch {
    return 0; // cut off by an interrupted installation, or made for another machine
  }
}
