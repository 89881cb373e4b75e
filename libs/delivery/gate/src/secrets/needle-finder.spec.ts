import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNeedleFinder } from './needle-finder.ts';

describe('createNeedleFinder', () => {
  it('finds what Buffer.indexOf finds', () => {
    // Four letters only, so that needles overlap, repeat and nearly match all the time.
    const bytes = (minLength: number, maxLength: number) =>
      fc
        .array(fc.constantFrom(0, 97, 98, 255), { minLength, maxLength })
        .map((values) => Buffer.from(values));
    const property = fc.property(
      fc.array(bytes(2, 12), { maxLength: 6 }),
      bytes(0, 300),
      (needles, haystack) => {
        const expected = needles.flatMap((needle, index) => (haystack.includes(needle) ? [index] : []));
        expect([...createNeedleFinder(needles)(haystack)].sort()).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it('finds a needle longer than its window', () => {
    const needle = Buffer.alloc(4_000, 'abcdefg');
    const find = createNeedleFinder([needle]);
    expect([...find(Buffer.concat([Buffer.from('abcabc'), needle]))]).toEqual([0]);
    expect([...find(needle.subarray(1))]).toEqual([]);
  });
});
