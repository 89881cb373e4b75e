import { readdirSync } from 'node:fs';
import { chown, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { findExecutable, isExecutable, isRoot, SandboxError } from './run.ts';
import { freePort, startTestServer, untilReady } from './test-server.ts';

const DEBIAN = '/usr/lib/postgresql';

interface RunningPostgres {
  /** `postgres://postgres@127.0.0.1:<port>/postgres`; no password, only this machine can connect. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL server for one test: a new cluster in a temporary directory, on a free port.
 *
 * @throws SandboxError where PostgreSQL is not installed; Error where it does not start within 15 seconds
 */
export async function startPostgres(): Promise<RunningPostgres> {
  const binaries = postgresBinaries();
  if (!binaries)
    throw new SandboxError(
      'PostgreSQL is not installed',
      'Install the package `postgresql` (no service needed).',
    );
  // Not os.tmpdir(): the `postgres` user must be able to reach it, whatever TMPDIR is.
  const directory = await mkdtemp('/tmp/ehr-postgres-');
  const user = await serverUser();
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const port = await freePort();
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await execa(join(binaries, 'initdb'), init, { ...user, cwd: directory });
  const server = startTestServer(
    join(binaries, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-F', '-c', 'unix_socket_directories='],
    { ...user, cwd: directory, stopSignal: 'SIGQUIT' },
  );
  const stop = await untilReady(server, directory, {
    name: 'PostgreSQL',
    timeoutMs: 15_000,
    ready: () => server.output().includes('ready to accept connections'),
  });
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** The directory with `initdb` and `postgres`: Debian's newest (they are not on the PATH there), else the PATH's. */
export function postgresBinaries(): string | undefined {
  const debian = newestFirst(listDirectory(DEBIAN)).map((version) => join(DEBIAN, version, 'bin'));
  const found = debian.find((directory) => isExecutable(join(directory, 'initdb')));
  const onPath = findExecutable('initdb');
  return found ?? (onPath && dirname(onPath));
}

/** Version directories as numbers: 9 is older than 15. */
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

/** PostgreSQL refuses to run as root; as root the package's own user does it. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (!isRoot()) return undefined;
  const id = async (flag: string): Promise<number> => Number((await execa('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
