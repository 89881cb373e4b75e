import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** What an issuer signs tokens and cookies with. */
export interface Keys {
  readonly keys: readonly JWK[];
  readonly cookieKeys: readonly string[];
}

/** The keys in a file that nobody else reads; made where there is none, so that tokens outlive the process. */
export async function keysIn(file: string): Promise<Keys> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Keys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const keys = await makeKeys();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
    return keys;
  }
}

async function makeKeys(): Promise<Keys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = randomBytes(8).toString('hex');
  const key = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  return { keys: [key], cookieKeys: [randomBytes(32).toString('base64url')] };
}
