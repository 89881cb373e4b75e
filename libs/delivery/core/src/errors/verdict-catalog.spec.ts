import { describe, expect, it } from 'vitest';
import { verdictCatalog } from '../index.ts';

describe('verdicts', () => {
  it('that are failures have an exit status of their own', () => {
    const failures = Object.values(verdictCatalog)
      .map(({ exit }) => exit)
      .filter((exit) => exit !== 0);
    expect(new Set(failures).size).toBe(failures.length);
  });
});
