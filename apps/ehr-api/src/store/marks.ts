import type { TokenHash } from './token-hash.ts';

/*
 * What a resource is found by, in 63 bits that all its rows have which are walked along: each of its codes sets three, and each
 * patient that it refers to. Where one of those that are asked for is not set, it does not meet what is asked, and nothing of it
 * is looked up. Where all are, it may. What sets which is never changed: others than these are marks of another name.
 */

/** It says when it happened, or it does not: of this mark nothing is left to be looked up. */
export const DATED = 1n;

/** Of a code by its hash, whatever its system and whichever parameter finds it. */
export function codeMark(hash: string): bigint {
  const bits = BigInt(hash);
  const bit = (from: bigint) => 1n << (1n + (((bits >> from) & 0xffffn) % 62n));
  return bit(0n) | bit(16n) | bit(32n);
}

/** Of a patient's id. */
export function patientMark(id: string, tokenHash: TokenHash): bigint {
  return codeMark(tokenHash('code', `Patient/${id}`));
}
