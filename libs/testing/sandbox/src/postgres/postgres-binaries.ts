import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findExecutable, isExecutable } from '../processes/find-executable.ts';

const DEBIAN = '/usr/lib/postgresql';

/** The directory with `initdb` and `postgres`: Debian's newest (they are not on the PATH there), else the PATH's. */
export function postgresBinaries(): string | undefined {
  const debian = newestFirst(listDirectory(DEBIAN)).map((version) => join(DEBIAN, version, 'bin'));
  const found = debian.find((directory) => isExecutable(join(directory, 'initdb')));
  const onPath = findExecutable('initdb');
  return found ?? (onPath && dirname(onPath));
}

/** Version directories as numbers, 9 before 15. */
export function newestFirst(versions: readonly string[]): string[] {
  return versions.filter((name) => /^\d+(\.\d+)?$/.test(name)).sort((a, b) => Number(b) - Number(a));
}

function listDirectory(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // not a Debian system, or nothing installed
  }
}
