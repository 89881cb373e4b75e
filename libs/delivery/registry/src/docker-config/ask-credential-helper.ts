import { registryError } from '../registry-errors.ts';
import type { DeliveryError } from '@ehr/delivery-core';
import { execa } from 'execa';
import { z } from 'zod';
import type { Credentials } from '@ehr/delivery-core';

const answer = z.object({ Username: z.string(), Secret: z.string().min(1) });

/**
 * Asks `docker-credential-<name>` as the Docker CLI does: the registry on standard input, JSON on standard output.
 * Undefined when it has nothing for the registry. What it printed is in no error: it may be the password.
 */
export async function askCredentialHelper(
  name: string,
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  // A name is looked up on PATH; with a slash in it, it would be any file.
  if (!/^[\w.-]+$/.test(name)) throw failed(command, registry, 'its name is not one');
  const {
    stdout,
    failed: hasFailed,
    timedOut,
    code,
    exitCode,
  } = await execa(command, ['get'], {
    input: registry,
    env: { ...env },
    extendEnv: false,
    timeout: 30_000,
    reject: false,
    stderr: 'ignore',
  });
  if (hasFailed) {
    // The word of docker-credential-helpers for "not logged in", with exit code 1.
    if (stdout?.includes('credentials not found')) return undefined;
    const why = code === 'ENOENT' ? 'it is not on PATH' : `it ended with ${exitCode ?? code ?? 'a signal'}`;
    throw failed(command, registry, timedOut ? 'it did not answer within 30 s' : why);
  }
  const parsed = answer.safeParse(parseOrNull(stdout));
  if (!parsed.success) throw failed(command, registry, 'its answer is not the JSON of a credential helper');
  const { Username: username, Secret: password } = parsed.data;
  return username === '<token>' ? { identityToken: password } : { username, password };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(command: string, registry: string, why: string): DeliveryError {
  return registryError(
    'REGISTRY_UNAUTHORIZED',
    `The credential helper ${command} gave no sign-in for ${registry}: ${why}.`,
    {
      hint: 'Repair the helper or `docker login` again; DOCKERHUB_USERNAME and DOCKERHUB_TOKEN go before it.',
    },
  );
}
