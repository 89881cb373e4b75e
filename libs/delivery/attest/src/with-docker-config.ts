import { DOCKER_HUB, DOCKER_HUB_KEY } from '@ehr/delivery-core';
import type { Credentials, CredentialSource } from '@ehr/delivery-core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lets a program that reads Docker's configuration sign in: a directory of our own for as long as `use` takes. */
export async function withDockerConfig<T>(
  registry: string,
  credentials: Credentials | CredentialSource | undefined,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const given = typeof credentials === 'function' ? await credentials() : credentials;
  // mkdtemp makes it readable for its owner alone.
  const directory = await mkdtemp(join(tmpdir(), 'ehr-docker-config-'));
  try {
    const auths = given === undefined ? {} : { [keyOf(registry)]: entryOf(given) };
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function keyOf(registry: string): string {
  return registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
}

function entryOf(credentials: Credentials): Record<string, string> {
  if ('identityToken' in credentials) return { identitytoken: credentials.identityToken };
  const { username, password } = credentials;
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}
