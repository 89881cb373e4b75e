import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeSearchString } from './index.ts';

const text = fc.string({ unit: 'grapheme' });

describe('normalizeSearchString', () => {
  it.each([
    ['Müller', 'muller'],
    ['  Anna   Maria ', 'anna maria'],
    ['Straße', 'strasse'],
    ['Łukasz Sørensen', 'lukasz sorensen'],
    ['İstanbul', 'istanbul'],
    ['O’Brien', "o'brien"],
    ['ﬁ', 'fi'],
    ['山田', '山田'],
  ])('reads %s as %s', (value, normal) => {
    expect(normalizeSearchString(value)).toBe(normal);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (value) => {
        const once = normalizeSearchString(value);
        expect(normalizeSearchString(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not tell case or composition apart', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(normalizeSearchString(value.toUpperCase())).toBe(normalizeSearchString(value));
        expect(normalizeSearchString(value.normalize('NFD'))).toBe(
          normalizeSearchString(value.normalize('NFC')),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
