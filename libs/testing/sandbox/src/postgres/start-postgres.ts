import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../processes/free-port.ts';
import { startForegroundProcess } from '../processes/foreground-process.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { SandboxError } from '../sandbox-error.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { isRoot } from '../processes/is-root.ts';

export interface RunningPostgres {
  /** `postgres://postgres@127.0.0.1:<port>/postgres`; no password, only this machine can connect. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL server for one test: a new cluster in a temporary directory, on a free port. */
export async function startPostgres(): Promise<RunningPostgres> {
  const binaries = postgresBinaries();
  if (!binaries)
    throw new SandboxError(
      'PostgreSQL is not installed',
      'Install the package `postgresql` (no service needed).',
    );
  // Not os.tmpdir(): the `postgres` user must be able to reach it whatever TMPDIR says.
  const directory = await mkdtemp('/tmp/ehr-postgres-');
  const user = await serverUser();
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const port = await freePort();
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  await execa(join(binaries, 'initdb'), init, { ...user, cwd: directory });
  const server = startForegroundProcess(
    join(binaries, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-F', '-c', 'unix_socket_directories='],
    { ...user, cwd: directory, stopSignal: 'SIGQUIT' },
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil(() => server.output().includes('ready to accept connections') && !server.ended(), {
      timeoutMs: 15_000,
      lastSeen: () => `PostgreSQL did not start: ${server.output()}`,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** PostgreSQL refuses to run as root; as root the package's own user does it. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (!isRoot()) return undefined;
  const id = async (flag: string): Promise<number> => Number((await execa('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
