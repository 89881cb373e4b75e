import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { freePort } from '../processes/free-port.ts';
import { startForegroundProcess } from '../processes/foreground-process.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { dockerRegistryBinary } from './docker-registry-binary.ts';
import { registryAnswers } from './registry-answers.ts';
import { registryConfig } from './registry-config.ts';
import { startRegistryContainer } from './registry-container.ts';

export interface RunningRegistry {
  /** `127.0.0.1:<port>`: the first part of an image reference. */
  readonly host: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** A private, empty CNCF Distribution registry for one test, on a free port; it refuses strangers when `auth` is given. */
export async function startRegistry(
  options: { readonly auth?: { readonly username: string; readonly password: string } } = {},
): Promise<RunningRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const url = `http://${host}`;
  const passwordFile = join(directory, 'htpasswd');
  if (options.auth)
    await writeFile(passwordFile, `${options.auth.username}:${await hash(options.auth.password, 4)}\n`);
  const auth = options.auth ? { passwordFile } : {};
  const registry = await launch(directory, host, auth);
  const stop = async (): Promise<void> => {
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil(async () => !registry.ended() && (await registryAnswers(url)) === 'yes', {
      timeoutMs: 10_000,
      lastSeen: () => `the test registry does not answer on ${url}: ${registry.output()}`,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, url, stop };
}

async function launch(directory: string, address: string, auth: { readonly passwordFile?: string }) {
  const binary = await dockerRegistryBinary();
  if (!binary) return startRegistryContainer({ address, ...auth });
  const config = join(directory, 'config.json');
  await writeFile(config, registryConfig({ address, directory: join(directory, 'data'), ...auth }));
  return startForegroundProcess(binary, ['serve', config], { stopSignal: 'SIGKILL' });
}
