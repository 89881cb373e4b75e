import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, errors } from 'jose';

/** What a browser holds of something that is kept elsewhere: with it, and this service's secret, it can be read. */
export type Holder = string;

/** 256 bits that nobody guesses, as they may stand in a cookie or an address. */
export function newHolder(): Holder {
  return randomBytes(32).toString('base64url');
}

/** Whether a cookie or an address could hold one. */
export function isHolder(value: string | undefined): value is Holder {
  return value !== undefined && /^[\w-]{43}$/u.test(value);
}

/** By this something is found where it is kept: nobody can tell from it what the browser holds. */
export function keyOf(...holders: readonly Holder[]): string {
  return createHash('sha256').update(holders.join('.')).digest('base64url');
}

/** By this a page shows for whom it was made: nobody can tell from it what the browser holds, or make it without the secret. */
export function markOf(secret: string, purpose: string, ...holders: readonly Holder[]): string {
  return Buffer.from(sealKey(secret, purpose, holders)).toString('base64url');
}

/** Encrypts and signs; only who has the secret and what the browser holds can open it. */
export async function seal(
  value: unknown,
  secret: string,
  purpose: string,
  ...holders: readonly Holder[]
): Promise<string> {
  const text = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(sealKey(secret, purpose, holders));
  return Buffer.from(text).toString('base64url');
}

/** What was sealed; undefined for anything else. */
export async function unseal(
  sealed: string,
  secret: string,
  purpose: string,
  ...holders: readonly Holder[]
): Promise<unknown> {
  try {
    const text = Buffer.from(sealed, 'base64url').toString();
    const { plaintext } = await compactDecrypt(text, sealKey(secret, purpose, holders), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sealKey(secret: string, purpose: string, holders: readonly Holder[]): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, holders.join('.'), `ehr-web ${purpose}`, 32));
}
