import { writeFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import {
  backgroundOutput,
  backgroundProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import { foreignPackages, machineRelease } from './debian.ts';
import { attempt, findExecutable, run, SandboxError, succeeds } from './run.ts';
import { freePort, startTestServer, type TestServer, untilReady } from './test-server.ts';
import type { TokenService } from './token-service.ts';
import { waitUntil } from './wait-until.ts';
import { cached, sandboxDirectory } from './workspace.ts';

/** `host:port` that the configuration `local` pushes to and the engine pulls from. */
export const LOCAL_REGISTRY = '127.0.0.1:5050';
/** The process, and on machines without Debian's package the container and its volume. */
const NAME = 'ehr-connect-registry';

/**
 * The local registry answers afterwards; returns whether this call started it.
 *
 * @throws SandboxError where another program has its port; Error where it does not answer within 30 seconds
 */
export async function prepareLocalRegistry(): Promise<{ readonly started: boolean }> {
  const url = `http://${LOCAL_REGISTRY}`;
  const answer = await registryAnswers(url);
  if (answer === 'yes') return { started: false };
  if (answer === 'other')
    throw new SandboxError(
      `something that is not a registry listens on ${LOCAL_REGISTRY}`,
      'Stop it; `ss -ltnp` or `lsof -i :5050` shows what it is.',
    );
  await launchLocal();
  await waitUntil(async () => (await registryAnswers(url)) === 'yes', {
    timeoutMs: 30_000,
    message: () => `the registry does not answer on ${url}: ${backgroundOutput(NAME)}`,
  });
  return { started: true };
}

async function launchLocal(): Promise<void> {
  const program = await registryProgram();
  if (!program) return launchLocalContainer();
  if (backgroundProcess(NAME) !== undefined) return; // started a moment ago by a run that was interrupted
  const directory = sandboxDirectory('registry');
  const config = `${directory}/config.json`;
  writeFileSync(config, registryConfig({ address: LOCAL_REGISTRY, directory: `${directory}/data` }));
  startBackgroundProcess(NAME, program, ['serve', config]);
}

async function launchLocalContainer(): Promise<void> {
  if (await succeeds('docker', ['start', NAME])) return;
  await runRegistryContainer(NAME, LOCAL_REGISTRY, ['--volume', `${NAME}:/var/lib/registry`]);
}

/** Whether the registry is a process or a running container of ours. */
export async function localRegistryStartedHere(): Promise<boolean> {
  return backgroundProcess(NAME) !== undefined || (await containerState()) === 'running';
}

/**
 * Ends the registry if this workspace (or its container) runs it, and returns whether it did. The data stays unless
 * `purge`.
 */
export async function stopLocalRegistry({ purge = false } = {}): Promise<boolean> {
  const process = await stopBackgroundProcess(NAME);
  const container = (await containerState()) !== undefined;
  if (container) await run('docker', ['rm', '--force', NAME]);
  if (purge) await succeeds('docker', ['volume', 'rm', '--force', NAME]);
  return process || container;
}

async function containerState(): Promise<string | undefined> {
  const args = ['container', 'inspect', '--format', '{{.State.Status}}', NAME];
  const { failed, stdout } = await attempt('docker', args);
  return failed ? undefined : stdout.trim();
}

/** A registry that answers. */
export interface RunningRegistry {
  /** `127.0.0.1:<port>`: the first part of an image reference. */
  readonly host: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Its own clean-up: manifests without a tag, and blobs that nobody names. */
  collectGarbage(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A private, empty CNCF Distribution registry for one test, on a free port. With `auth` it refuses everybody else; with
 * `tokens` it believes that service alone.
 *
 * @throws Error where it does not answer within ten seconds
 */
export async function startRegistry({
  auth,
  tokens,
}: {
  readonly auth?: { readonly username: string; readonly password: string };
  readonly tokens?: TokenService;
} = {}): Promise<RunningRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const url = `http://${host}`;
  const file = join(directory, 'auth');
  if (auth) await writeFile(file, `${auth.username}:${await hash(auth.password, 4)}\n`);
  if (tokens) await writeFile(file, tokens.certificate);
  const { server, collectGarbage } = await launch(
    directory,
    host,
    auth ? { htpasswd: { realm: 'sandbox', path: file } } : tokens && { token: tokenAuth(tokens, file) },
  );
  const stop = await untilReady(server, directory, {
    name: `the test registry on ${url}`,
    timeoutMs: 10_000,
    ready: async () => (await registryAnswers(url)) === 'yes',
  });
  return { host, url, collectGarbage, stop };
}

/** How a registry knows its users, as its configuration has it. */
type RegistryAuth = Readonly<Record<string, Readonly<Record<string, string>>>>;

function tokenAuth({ realm, service, issuer }: TokenService, rootcertbundle: string) {
  return { realm, service, issuer, rootcertbundle };
}

interface Launched {
  readonly server: TestServer;
  readonly collectGarbage: () => Promise<void>;
}

const CLEAN_UP = ['garbage-collect', '--delete-untagged'] as const;

async function launch(directory: string, address: string, auth?: RegistryAuth): Promise<Launched> {
  const program = await registryProgram();
  const config = join(directory, 'config.json');
  if (program === undefined) {
    await writeFile(config, registryConfig({ address: ':5000', directory: '/var/lib/registry', auth }));
    return launchContainer(directory, config, address);
  }
  await writeFile(config, registryConfig({ address, directory: join(directory, 'data'), auth }));
  return {
    server: startTestServer(program, ['serve', config], { cwd: directory, stopSignal: 'SIGKILL' }),
    collectGarbage: async () => void (await run(program, [...CLEAN_UP, config])),
  };
}

/** With its files under the paths that they have here. Its data ends with it. */
async function launchContainer(directory: string, config: string, address: string): Promise<Launched> {
  const name = `ehr-connect-registry-${address.replace(/\W/g, '-')}`;
  const options = ['--rm', '--volume', `${directory}:${directory}:ro`];
  await runRegistryContainer(name, address, options, ['serve', config]);
  return {
    server: {
      output: () => `see \`docker logs ${name}\``,
      ended: () => false,
      stop: async () => void (await succeeds('docker', ['rm', '--force', name])),
    },
    collectGarbage: async () => void (await run('docker', ['exec', name, 'registry', ...CLEAN_UP, config])),
  };
}

/**
 * The path of the `docker-registry` program: the machine's, or on Debian and Ubuntu the package's, unpacked into
 * `.sandbox/cache` and not installed, because the package would start a service of its own. Undefined on every other
 * system: `runRegistryContainer` is for those.
 *
 * @throws SandboxError where the package cannot be fetched
 */
async function registryProgram(): Promise<string | undefined> {
  const present = findExecutable('docker-registry');
  const release = machineRelease();
  if (present || !release) return present;
  const unpacked = await cached('docker-registry', async (directory) => {
    const root = join(directory, 'root');
    await foreignPackages(release).unpack(['docker-registry'], () => [root]);
    return root;
  });
  return join(unpacked, 'usr/bin/docker-registry');
}

/** The configuration file of CNCF Distribution: files below `directory`, deleting allowed, no telemetry. */
export function registryConfig(options: {
  /** `host:port` */
  readonly address: string;
  readonly directory: string;
  /** Without it anybody may push. */
  readonly auth?: RegistryAuth | undefined;
}): string {
  const { address, directory, auth } = options;
  // JSON is YAML.
  return JSON.stringify({
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    http: { addr: address },
    ...(auth !== undefined && { auth }),
  });
}

/** Runs the registry as a container on `address` (`host:port`); `options` are further ones of `docker run`. */
async function runRegistryContainer(
  name: string,
  address: string,
  options: readonly string[],
  command: readonly string[] = [],
): Promise<void> {
  await run('docker', [
    ...['run', '--detach', '--name', name, '--publish', `${address}:5000`],
    ...['--env', 'REGISTRY_STORAGE_DELETE_ENABLED=true', ...options, 'registry:3', ...command],
  ]);
}

/**
 * What answers on a registry's address: `yes` for the distribution protocol (with or without a
 * password), `other` for anything else that listens, `no` for nothing.
 */
export async function registryAnswers(url: string): Promise<'yes' | 'other' | 'no'> {
  try {
    const response = await fetch(new URL('/v2/', url), { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    const speaksV2 = response.headers.get('docker-distribution-api-version') === 'registry/2.0';
    return (response.ok || response.status === 401) && speaksV2 ? 'yes' : 'other';
  } catch (error) {
    return error instanceof DOMException ? 'other' : 'no'; // after a timeout something does listen
  }
}
