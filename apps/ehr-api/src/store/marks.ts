import type { TokenHash } from './token-hash.ts';

/*
 * What a resource is found by, in 63 bits that all its rows have which are walked along: each of its codes sets three, and each
 * patient that it refers to. Where one of those that are asked for is not set, it does not meet what is asked, and nothing of it
 * is looked up. Where all are, it may. What sets which is never changed: others than these are marks of another name.
 */

/** It says when it happened, or it does not: of this mark nothing is left to be looked up. */
export const DATED = 1n;

/** Of a code, whatever its system and whichever parameter finds it. */
export function codeMark(code: string, tokenHash: TokenHash): bigint {
  return markOf(tokenHash('code', code));
}

/** Of a patient's id. */
export function patientMark(id: string, tokenHash: TokenHash): bigint {
  return markOf(tokenHash('code', `Patient/${id}`));
}

/** The same codes come again and again. */
const REMEMBERED = 20_000;
const known = new Map<string, bigint>();

function markOf(hash: string): bigint {
  let mark = known.get(hash);
  if (mark === undefined) {
    const bits = BigInt(hash);
    const bit = (from: bigint) => 1n << (1n + (((bits >> from) & 0xffffn) % 62n));
    mark = bit(0n) | bit(16n) | bit(32n);
    if (known.size >= REMEMBERED) known.clear();
    known.set(hash, mark);
  }
  return mark;
}
