import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root; every path the sandbox writes to is below it. */
export const workspaceRoot = resolve(import.meta.dirname, '../../../..');

/** A path below `.sandbox/`, the one directory the sandbox keeps its files in (ignored by git). */
export function sandboxPath(...parts: readonly string[]): string {
  return join(workspaceRoot, '.sandbox', ...parts);
}

/** As `sandboxPath`, and the directory exists afterwards. */
export function sandboxDirectory(...parts: readonly string[]): string {
  const directory = sandboxPath(...parts);
  mkdirSync(directory, { recursive: true });
  return directory;
}
