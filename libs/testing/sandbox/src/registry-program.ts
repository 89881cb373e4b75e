import { join } from 'node:path';
import { machineRelease } from './debian-release.ts';
import { privateApt } from './private-apt.ts';
import { findExecutable, run } from './run.ts';
import { cached } from './workspace.ts';

/**
 * The path of the `docker-registry` program: the machine's, or on Debian and Ubuntu the package's, unpacked into
 * `.sandbox/cache` and not installed, because the package would start a service of its own. Undefined on every other
 * system: `runRegistryContainer` is for those.
 *
 * @throws SandboxError where the package cannot be fetched
 */
export async function registryProgram(): Promise<string | undefined> {
  const present = findExecutable('docker-registry');
  const release = machineRelease();
  if (present || !release) return present;
  const unpacked = await cached('docker-registry', async (directory) => {
    const root = join(directory, 'root');
    await privateApt('tools', release).unpack(['docker-registry'], root);
    return root;
  });
  return join(unpacked, 'usr/bin/docker-registry');
}

/** The configuration file of CNCF Distribution: files below `directory`, deleting allowed, no telemetry. */
export function registryConfig(options: {
  /** `host:port` */
  readonly address: string;
  readonly directory: string;
  /** A bcrypt htpasswd file; without one anybody may push. */
  readonly passwordFile?: string | undefined;
}): string {
  const { address, directory, passwordFile } = options;
  const auth = passwordFile && { auth: { htpasswd: { realm: 'sandbox', path: passwordFile } } };
  // JSON is YAML.
  return JSON.stringify({
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    http: { addr: address },
    ...auth,
  });
}

/** Runs the registry as a container on `address` (`host:port`); `options` are further ones of `docker run`. */
export async function runRegistryContainer(
  name: string,
  address: string,
  options: readonly string[],
): Promise<void> {
  await run('docker', [
    ...['run', '--detach', '--name', name, '--publish', `${address}:5000`],
    ...['--env', 'REGISTRY_STORAGE_DELETE_ENABLED=true', ...options, 'registry:3'],
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
