import { Secret } from '@ehr/delivery-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownSecretFinder } from './search-secrets.ts';

const finder = (...values: string[]) =>
  knownSecretFinder(values.map((value, index) => ({ name: `SECRET_${index}`, value: new Secret(value) })));
const latin1 = (text: string, encoding?: 'utf16le') => Buffer.from(text, encoding).toString('latin1');
const value = fc
  .string({ minLength: 8, maxLength: 80, unit: 'grapheme' })
  .filter((s) => s.trim().length >= 8);

describe('knownSecretFinder', () => {
  it('finds a value in every form', () => {
    const property = fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const { find } = finder(secret);
      const plain = secret.trim();
      const url = encodeURIComponent(plain);
      const base64 = (encoding: 'base64' | 'base64url') =>
        Buffer.from(before + plain + after).toString(encoding);
      for (const text of [plain, JSON.stringify({ plain }), url, base64('base64'), base64('base64url')]) {
        expect(find(latin1(before + text + after))).not.toEqual([]);
      }
      expect(find(latin1(before + plain + after, 'utf16le'))).not.toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('returns the name and the form', () => {
    const { find } = finder('first-value', 'second-value');
    expect(find(latin1('x second-value x'))).toEqual(['SECRET_1']);
    const credential = Buffer.from('user:first-value').toString('base64');
    expect(find(latin1(credential))).toEqual(['SECRET_0 as base64']);
  });

  it('ignores values that are so short that they occur by chance', () => {
    const { find, longest, redact } = finder('', 'ehr', '1234567', '  short  ');
    expect(longest).toBe(0);
    expect(find(latin1('ehr 1234567'))).toEqual([]);
    expect(redact('ehr 1234567')).toBe('ehr 1234567');
  });

  it('leaves out a line break at the end of a value', () => {
    expect(finder('12345678\n').find(latin1('"12345678"'))).toEqual(['SECRET_0']);
  });

  it('takes the values out of a text', () => {
    expect(finder('swordfish-1').redact('app/swordfish-1/x')).toBe('app/[secret]/x');
  });

  it('finds each of several values that overlap and nearly match', () => {
    // Two letters only; no other form than the plain one consists of them.
    const letters = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
    const property = fc.property(
      fc.uniqueArray(letters(8, 12), { maxLength: 6 }),
      letters(0, 300),
      (values, text) => {
        const expected = values.flatMap((value, index) => (text.includes(value) ? [`SECRET_${index}`] : []));
        expect([...finder(...values).find(text)].sort()).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it('finds a long value, and takes its characters as they are', () => {
    const long = 'ab.c+(d|e)[f]\\^$*?{2}-é'.repeat(200);
    const { find } = finder(long, 'another-value');
    expect(find(latin1(`ab.c${long}`))).toEqual(['SECRET_0']);
    expect(find(latin1(long.slice(1)))).toEqual([]);
  });
});
