import { createHash } from 'node:crypto';
import type { TokenMatch } from '@ehr/fhir';

/**
 * 128 bits of SHA-256 in the form of a uuid: tokens of any length in a short index row. "Any system" and "no
 * system" are different keys.
 */
export function tokenHash({ system, code }: TokenMatch): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([system ?? null, code ?? null]))
    .digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
