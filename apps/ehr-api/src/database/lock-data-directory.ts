import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '@ehr/service-kit';

/** Long enough for a replaced process to finish its shutdown. */
const PATIENCE_MS = 12_000;

/**
 * Holds the directory for this process until the returned function is called or the process ends, however it
 * ends. Node has no flock, but its SQLite takes the operating system's file locks: the kernel drops them with
 * the process (SIGKILL too), and they need no process ids, which are all 1 in containers sharing a volume.
 */
export async function lockDataDirectory(directory: string, patienceMs = PATIENCE_MS): Promise<() => void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const unlock = tryLock(join(directory, 'in-use.lock'));
    if (unlock) return unlock;
    if (performance.now() >= deadline)
      throw new StartError(
        'DATABASE_IN_USE',
        'dependency',
        `EHR_DATA_DIR "${directory}" is open in another process, and the embedded database allows one. ` +
          'Stop the other ehr-api, give this one its own EHR_DATA_DIR, or set DATABASE_URL to a PostgreSQL server.',
      );
    await sleep(100);
  }
}

function tryLock(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('begin exclusive');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

const SQLITE_BUSY = 5;
