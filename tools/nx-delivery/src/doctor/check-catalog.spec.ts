import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCatalog } from './check-catalog.ts';

describe('docs/DOCTOR.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/DOCTOR.md'), 'utf8');

  it('says of every check, and of no other, what the catalogue says', () => {
    const rows = document.split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(checkCatalog).map(
      ([name, { meaning, next }]) => `| \`${name}\` | ${meaning} | ${next} |`,
    );
    expect(rows).toEqual(expected);
  });

  it('has names that scripts can rely on', () => {
    for (const name of Object.keys(checkCatalog)) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});
