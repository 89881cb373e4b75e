import { hash } from 'node:crypto';
import type { Queryable } from '../database/database.ts';

/** 64 bits of a token's code or system, as a signed decimal number. */
export type TokenHash = (kind: 'code' | 'system', text: string) => string;

/** What stands for the system of a token that has none. */
export const NO_SYSTEM = '0';

/** What stands where there is no code. */
export const NO_CODE = '0';

/** Codes come again and again. */
const REMEMBERED = 20_000;

/**
 * The hash function of this database: its secret makes that nobody outside can find two tokens with one hash, and so none is
 * found for another.
 */
export function tokenHashOf(secret: string): TokenHash {
  const known = { code: new Map<string, string>(), system: new Map<string, string>() };
  return (kind, text) => {
    const own = known[kind];
    let found = own.get(text);
    if (found === undefined) {
      const token = JSON.stringify([secret, kind, text]);
      found = Buffer.from(hash('sha256', token, 'buffer'))
        .readBigInt64BE()
        .toString();
      if (own.size >= REMEMBERED) own.clear();
      own.set(text, found);
    }
    return found;
  };
}

/** The secret of this database, which all replicas share. */
export async function readSecret(database: Queryable): Promise<string> {
  const [row] = await database.query<{ value: string }>('select value::text as value from hash_key');
  if (row === undefined) throw new Error('The database has no hash_key.');
  return row.value;
}
