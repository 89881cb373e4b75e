import { describe, expect, it } from 'vitest';
import { codeMark, DATED, patientMark } from './marks.ts';
import { tokenHashOf } from './token-hash.ts';

const tokenHash = tokenHashOf('secret');
const markOf = (code: string) => codeMark(tokenHash('code', code));
const codes = Array.from({ length: 1_000 }, (_, n) => `code-${n}`);
const bitsOf = (mark: bigint) => mark.toString(2).replaceAll('0', '').length;

describe('marks', () => {
  it('are up to three bits of a positive 64-bit number, none of them the one that tells of a date', () => {
    for (const code of codes) {
      const mark = markOf(code);
      expect([1, 2, 3]).toContain(bitsOf(mark));
      expect(mark & DATED).toBe(0n);
      expect(BigInt.asIntN(64, mark)).toBe(mark);
      expect(markOf(code)).toBe(mark);
    }
  });

  it('use all bits: few of those that a record has not are taken for its own', () => {
    expect(bitsOf(codes.reduce((all, code) => all | markOf(code), 0n))).toBe(62);
    const own = codes.slice(0, 5).reduce((all, code) => all | markOf(code), patientMark('p', tokenHash)); // prettier-ignore
    const taken = codes.slice(5).filter((code) => (markOf(code) & own) === markOf(code)); // prettier-ignore
    expect(taken.length).toBeLessThan(100);
  });
});
