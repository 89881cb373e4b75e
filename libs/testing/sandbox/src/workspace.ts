import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The absolute path of the repository's root; every file the sandbox writes is below it. */
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

/**
 * The path of `.sandbox/cache/<name>`, made once: `make` gets an empty directory, and returns the path in it that is
 * kept. An interrupted run leaves nothing under the name.
 */
export async function cached(name: string, make: (directory: string) => Promise<string>): Promise<string> {
  const kept = join(sandboxDirectory('cache'), name);
  if (existsSync(kept)) return kept;
  const work = mkdtempSync(`${kept}-`);
  try {
    const made = await make(work);
    // Another process may have been faster.
    if (!existsSync(kept)) renameSync(made, kept);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return kept;
}
