import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, type DeliveryError, DOCKER_HUB, DOCKER_HUB_KEY } from '@ehr/delivery-core';
import { execa } from 'execa';
import { z } from 'zod';
import { registryError } from './registry-errors.ts';

type ProcessEnv = Readonly<Record<string, string | undefined>>;

/**
 * The sign-in that `docker login` left for the registry, found as the Docker CLI does: by the registry's own helper,
 * else by the store for all, else in the file itself. Undefined when there is none.
 * @throws REGISTRY_UNAUTHORIZED when the file or a helper cannot be used; the message names it
 */
export async function readDockerCredentials(
  registry: string,
  processEnv: ProcessEnv,
): Promise<Credentials | undefined> {
  const path = join(processEnv['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json');
  const config = await readConfig(path);
  if (config === undefined) return undefined;
  const find = <T>(entries: Readonly<Record<string, T>> | null | undefined): T | undefined =>
    Object.entries(entries ?? {}).find(([key]) => hostOf(key) === hostOf(registry))?.[1];

  const helper = find(config.credHelpers) ?? config.credsStore ?? '';
  const key = hostOf(registry) === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
  const kept = helper === '' ? undefined : await runCredentialHelper(helper, key, processEnv);
  if (kept !== undefined) return kept;

  const entry = find(config.auths);
  if (entry?.identitytoken) return { identityToken: entry.identitytoken };
  return entry?.auth ? decode(entry.auth, path, registry) : undefined;
}

const configSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }).nullable(),
    )
    .nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

async function readConfig(path: string): Promise<z.output<typeof configSchema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Nobody ever logged in here.
    throw unreadable(path, 'it cannot be opened');
  }
  // The parser's error is left out: it quotes the text, which may be a password.
  const config = configSchema.safeParse(parseOrNull(text));
  if (!config.success) throw unreadable(path, 'it is not what Docker writes');
  return config.data;
}

/** The host alone: keys were written with scheme and path, and Docker Hub under several names. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return /^(?:index\.|registry-1\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
}

const answerSchema = z.object({ Username: z.string(), Secret: z.string().min(1) });

/**
 * Runs `docker-credential-<name>` as the Docker CLI does: the registry on standard input, JSON on standard output.
 * Undefined when it has nothing for the registry. What it printed is in no error: it may be the password.
 */
async function runCredentialHelper(
  name: string,
  registry: string,
  processEnv: ProcessEnv,
): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  const failed = (reason: string) =>
    registryError(
      'REGISTRY_UNAUTHORIZED',
      `The credential helper ${command} gave no sign-in for ${registry}: ${reason}.`,
      { hint: `Repair the helper or ${LOGIN_AGAIN}` },
    );
  // A name is searched on PATH; with a slash in it, it would be any file.
  if (!/^[\w.-]+$/.test(name)) throw failed('its name is not a program’s name');
  const result = await execa(command, ['get'], {
    input: registry,
    env: { ...processEnv },
    extendEnv: false,
    timeout: 30_000,
    reject: false,
    stderr: 'ignore',
  });
  if (result.failed) {
    // The text of docker-credential-helpers for "not logged in", with exit code 1.
    if (result.stdout?.includes('credentials not found')) return undefined;
    if (result.timedOut) throw failed('it did not answer within 30 s');
    if (result.code === 'ENOENT') throw failed('it is not on PATH');
    throw failed(`it ended with ${result.exitCode ?? result.code ?? 'a signal'}`);
  }
  const answer = answerSchema.safeParse(parseOrNull(result.stdout));
  if (!answer.success) throw failed('its answer is not the JSON of a credential helper');
  const { Username: username, Secret: password } = answer.data;
  return username === '<token>' ? { identityToken: password } : { username, password };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function decode(auth: string, path: string, registry: string): Credentials {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw unreadable(path, `the entry of ${registry} is not a user name and a password`);
  // Docker pads what it writes with NUL.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

const LOGIN_AGAIN = '`docker login` again; DOCKERHUB_USERNAME and DOCKERHUB_TOKEN go before it.';

function unreadable(path: string, reason: string): DeliveryError {
  return registryError('REGISTRY_UNAUTHORIZED', `Docker’s ${path} cannot be used: ${reason}.`, {
    hint: `Correct the file or ${LOGIN_AGAIN}`,
  });
}
