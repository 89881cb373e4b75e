import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalog } from '../index.ts';

describe('docs/ERRORS.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/ERRORS.md'), 'utf8');

  it('says of every code, and of no other, what the catalogue says', () => {
    const rows = document.split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(errorCatalog).map(
      ([code, { meaning, hint }]) => `| \`${code}\` | ${meaning} | ${hint} |`,
    );
    expect(rows).toEqual(expected);
  });
});
