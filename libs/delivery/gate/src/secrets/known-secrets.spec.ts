import { Secret } from '@ehr/delivery-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownSecretFinder } from './known-secrets.ts';

const finder = (...values: string[]) =>
  knownSecretFinder(values.map((value, index) => ({ name: `SECRET_${index}`, value: new Secret(value) })));
const value = fc
  .string({ minLength: 8, maxLength: 80, unit: 'grapheme' })
  .filter((s) => s.trim().length >= 8);

describe('knownSecretFinder', () => {
  it('finds a value in every form in which values travel', () => {
    const property = fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const { find } = finder(secret);
      const plain = secret.trim();
      const url = encodeURIComponent(plain);
      const base64 = (encoding: 'base64' | 'base64url') =>
        Buffer.from(before + plain + after).toString(encoding);
      for (const text of [plain, JSON.stringify({ plain }), url, base64('base64'), base64('base64url')]) {
        expect(find(Buffer.from(before + text + after))).not.toEqual([]);
      }
      expect(find(Buffer.from(before + plain + after, 'utf16le'))).not.toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('says whose value it is, and in which form', () => {
    const { find } = finder('first-value', 'second-value');
    expect(find(Buffer.from('x second-value x'))).toEqual(['SECRET_1']);
    const credential = Buffer.from('user:first-value').toString('base64');
    expect(find(Buffer.from(credential))).toEqual(['SECRET_0 as base64']);
  });

  it('ignores values that are too short to be told from chance', () => {
    const { find, longest, redact } = finder('', 'ehr', '1234567', '  short  ');
    expect(longest).toBe(0);
    expect(find(Buffer.from('ehr 1234567'))).toEqual([]);
    expect(redact('ehr 1234567')).toBe('ehr 1234567');
  });

  it('takes a line break at the end for none of the secret', () => {
    expect(finder('12345678\n').find(Buffer.from('"12345678"'))).toEqual(['SECRET_0']);
  });

  it('takes the values out of a text', () => {
    expect(finder('swordfish-1').redact('app/swordfish-1/x')).toBe('app/[secret]/x');
  });
});
