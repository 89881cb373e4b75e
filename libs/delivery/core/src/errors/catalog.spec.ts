import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalog, verdictCatalog } from '../index.ts';

describe('docs/ERRORS.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../../docs/ERRORS.md'), 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));

  it('says of every verdict and every code, and of no other, what the catalogues say', () => {
    expect(rows).toEqual([
      ...Object.entries(verdictCatalog).map(
        ([verdict, { exit, meaning }]) => `| \`${verdict}\` | ${exit} | ${meaning} |`,
      ),
      ...Object.entries(errorCatalog).map(
        ([code, { meaning, hint }]) => `| \`${code}\` | ${meaning} | ${hint} |`,
      ),
    ]);
  });

  it('gives every verdict that is a failure an exit status of its own', () => {
    const failures = Object.values(verdictCatalog)
      .map(({ exit }) => exit)
      .filter((exit) => exit !== 0);
    expect(new Set(failures).size).toBe(failures.length);
  });
});
