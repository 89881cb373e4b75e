import { registryError } from '../registry-errors.ts';
import { DOCKER_HUB, DOCKER_HUB_KEY } from '@ehr/delivery-core';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Credentials, DeliveryError } from '@ehr/delivery-core';
import { askCredentialHelper } from './ask-credential-helper.ts';

const schema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }).nullable(),
    )
    .nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

/**
 * What `docker login` left for the registry, found as the Docker CLI does: the registry's own helper, else the store
 * for all, else the file itself. Undefined when there is nothing; a helper that fails is an error that names it.
 */
export async function readDockerCredentials(
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const path = join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const config = await readConfig(path);
  if (config === undefined) return undefined;
  const isOurs = (key: string) => hostOf(key) === hostOf(registry);
  const find = <T>(entries: Readonly<Record<string, T>> | null | undefined): T | undefined =>
    Object.entries(entries ?? {}).find(([key]) => isOurs(key))?.[1];

  const helper = find(config.credHelpers) ?? config.credsStore ?? '';
  const key = hostOf(registry) === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
  const kept = helper === '' ? undefined : await askCredentialHelper(helper, key, env);
  if (kept !== undefined) return kept;

  const entry = find(config.auths);
  if (entry?.identitytoken) return { identityToken: entry.identitytoken };
  return entry?.auth ? decode(entry.auth, path, registry) : undefined;
}

async function readConfig(path: string): Promise<z.output<typeof schema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Nobody ever logged in here.
    throw unreadable(path, 'it cannot be opened');
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Without the cause: a parser quotes what it stumbled over, and that may be a password.
    throw unreadable(path, 'it is not what Docker writes');
  }
}

/** The host alone: keys were written with scheme and path, and Docker Hub under several names. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return /^(?:index\.|registry-1\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
}

function decode(auth: string, path: string, registry: string): Credentials {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw unreadable(path, `the entry of ${registry} is not a user name and a password`);
  // Docker pads what it writes with NUL.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

function unreadable(path: string, why: string): DeliveryError {
  return registryError('REGISTRY_UNAUTHORIZED', `Docker’s ${path} cannot be used: ${why}.`, {
    hint: 'Correct the file or `docker login` again; DOCKERHUB_USERNAME and DOCKERHUB_TOKEN go before it.',
  });
}
