import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import {
  registryAnswers,
  registryConfig,
  registryProgram,
  runRegistryContainer,
} from './registry-program.ts';
import { succeeds } from './run.ts';
import { freePort, startTestServer, untilReady, type TestServer } from './test-server.ts';

/** A registry that answers. */
export interface RunningRegistry {
  /** `127.0.0.1:<port>`: the first part of an image reference. */
  readonly host: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A private, empty CNCF Distribution registry for one test, on a free port. With `auth` it refuses everybody else.
 *
 * @throws Error where it does not answer within ten seconds
 */
export async function startRegistry({
  auth,
}: {
  readonly auth?: { readonly username: string; readonly password: string };
} = {}): Promise<RunningRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const url = `http://${host}`;
  const passwordFile = auth && join(directory, 'htpasswd');
  if (passwordFile) await writeFile(passwordFile, `${auth.username}:${await hash(auth.password, 4)}\n`);
  const server = await launch(directory, host, passwordFile);
  const stop = await untilReady(server, directory, {
    name: `the test registry on ${url}`,
    timeoutMs: 10_000,
    ready: async () => (await registryAnswers(url)) === 'yes',
  });
  return { host, url, stop };
}

async function launch(directory: string, address: string, passwordFile?: string): Promise<TestServer> {
  const program = await registryProgram();
  if (!program) return launchContainer(address, passwordFile);
  const config = join(directory, 'config.json');
  await writeFile(config, registryConfig({ address, directory: join(directory, 'data'), passwordFile }));
  return startTestServer(program, ['serve', config], { cwd: directory, stopSignal: 'SIGKILL' });
}

/** Its data ends with it. */
async function launchContainer(address: string, passwordFile?: string): Promise<TestServer> {
  const name = `ehr-connect-registry-${address.replace(/\W/g, '-')}`;
  const auth = [
    'REGISTRY_AUTH=htpasswd',
    'REGISTRY_AUTH_HTPASSWD_REALM=sandbox',
    'REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd',
  ];
  await runRegistryContainer(name, address, [
    '--rm',
    ...(passwordFile
      ? ['--volume', `${passwordFile}:/htpasswd:ro`, ...auth.flatMap((variable) => ['--env', variable])]
      : []),
  ]);
  return {
    output: () => `see \`docker logs ${name}\``,
    ended: () => false,
    stop: async () => void (await succeeds('docker', ['rm', '--force', name])),
  };
}
