import { createCipheriv, createDecipheriv, createSecretKey, hash, randomFillSync } from 'node:crypto';

/**
 * Where a page begins: behind a match of the page before, or before the first match of the page after it (`back`). It says in
 * which order pages are read, and since when.
 */
export interface Place {
  readonly mode: Mode;
  /** Of resources that have the value they are put in order by (0), or of those that have none (1). */
  readonly phase: 0 | 1;
  /** What the match is put in order by. */
  readonly at: readonly string[];
  /** When the first page was read, in milliseconds. */
  readonly asOf: number;
  readonly back: boolean;
}

/**
 * `clinical`: by what happened, the newest first · `created`: the last created first · `updated`: the last
 * changed first · `key`: along the index of what is asked
 * for by `_sort` · `few`: all are put in order, for they are few.
 */
export type Mode = 'clinical' | 'created' | 'updated' | 'key' | 'few';

/** Writes and reads places such that nobody else can: what a page ends at may be a patient's name. */
export interface Places {
  readonly seal: (place: unknown) => string;
  /** Undefined for a text that is none of ours. */
  readonly open: (text: string) => unknown;
}

/** Bytes; no two places may have the same. */
const NONCE = 12;

/** By a secret that all replicas share. */
export function placesOf(secret: string): Places {
  const nonces = Buffer.alloc(NONCE * 512);
  let used = nonces.length;
  /** To ask for random bytes takes longer than to encrypt: for many at once. */
  const nonce = () => {
    if (used === nonces.length) {
      randomFillSync(nonces);
      used = 0;
    }
    used += NONCE;
    return nonces.subarray(used - NONCE, used);
  };
  const key = createSecretKey(hash('sha256', `places ${secret}`, 'buffer'));
  return {
    seal: (place) => {
      const iv = nonce();
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const text = Buffer.concat([cipher.update(JSON.stringify(place), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open: (text) => {
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length <= NONCE + 16) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
        decipher.setAuthTag(bytes.subarray(NONCE, NONCE + 16));
        const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE + 16)), decipher.final()]);
        return JSON.parse(opened.toString('utf8')) as unknown;
      } catch {
        return undefined;
      }
    },
  };
}
