import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedFiles } from './generate.ts';

it.each(Object.entries(generatedFiles()))(
  '%s is as HL7’s definitions have it (nx run fhir:generate)',
  (name, text) => {
    expect(readFileSync(join(import.meta.dirname, '../src/generated', name), 'utf8') === text).toBe(true);
  },
);
