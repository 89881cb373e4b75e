import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@nx/devkit';
import { describe, expect, it } from 'vitest';
import { checkCatalog } from '../doctor/check-catalog.ts';
import { errorCatalogs } from './documents.ts';
import { generatedFiles } from './generated-files.ts';

describe('generated files', () => {
  it.each(Object.entries(generatedFiles(workspaceRoot)))(
    '%s is as the code has it (nx run nx-delivery:generate)',
    (path, text) => {
      expect(readFileSync(join(workspaceRoot, path), 'utf8')).toBe(text);
    },
  );

  it('tell of each error once, and of checks by names that scripts can rely on', () => {
    const codes = Object.values(errorCatalogs).flatMap((catalog) => Object.keys(catalog));
    expect(codes).toEqual([...new Set(codes)]);
    for (const name of Object.keys(checkCatalog)) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});
