import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { coreError } from '@ehr/delivery-core';

/** What may be said by a file's name as well: `DOKPLOY_API_KEY_FILE=/run/secrets/dokploy-key`. */
const SECRETS =
  /^(DOCKERHUB_TOKEN|DOKPLOY_API_KEY|DOKPLOY_WEBHOOK_\w+|COSIGN_PASSWORD|DATABASE_URL|POSTGRES_PASSWORD)_FILE$/;

/**
 * The secrets that files hold, by the names of their settings. A file's last line break is not part of its secret.
 * @throws OPTIONS_INVALID for a file that cannot be read or is empty, and for a secret that is said twice
 */
export async function readSecretFiles(
  names: readonly string[],
  setting: (name: string) => string | undefined,
  root: string,
): Promise<Readonly<Record<string, string>>> {
  const secrets: Record<string, string> = {};
  for (const name of new Set(names)) {
    const [, secret] = SECRETS.exec(name) ?? [];
    const path = setting(name);
    if (secret === undefined || path === undefined) continue;
    if (setting(secret) !== undefined) refuse(`${secret} and ${name} are both set`, 'Leave one of them out.');
    const text = await readFile(resolve(root, path), 'utf8').catch((error: NodeJS.ErrnoException) =>
      refuse(`${name} is ${path}, which cannot be read (${error.code ?? 'no reason'})`),
    );
    const value = text.replace(/\r?\n$/, '');
    if (value === '') refuse(`${name} is ${path}, which is empty`);
    secrets[secret] = value;
  }
  return secrets;
}

function refuse(problem: string, hint = 'Name a file that holds the secret and nothing else.'): never {
  throw coreError('OPTIONS_INVALID', `${problem}.`, { hint });
}
