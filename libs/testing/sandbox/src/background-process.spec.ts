import { describe, expect, it } from 'vitest';
import { identityFromStat } from './background-process.ts';

const stat = (state: string): string =>
  `42 (a) (b c) ${state} 1 42 42 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000 10`;

describe('identityFromStat', () => {
  it('reads the start time past a name with spaces and parentheses', () => {
    expect(identityFromStat(stat('S'), 'boot')).toBe('boot/98765');
  });

  it('counts a process that has ended as none', () => {
    expect(identityFromStat(stat('Z'), 'boot')).toBeUndefined();
  });
});
