import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionSchemas } from '../options/option-schemas.ts';
import { renderDoctorDocument, renderErrorDocument } from './documents.ts';
import { renderExecutorSchema } from './executor-schema.ts';

/** Files that say again what the code says: path from the workspace root → text. `generate` writes them. */
export function generatedFiles(root: string): Readonly<Record<string, string>> {
  const schemas = Object.entries(optionSchemas).map(([executor, schema]) => {
    const path = `tools/nx-delivery/src/executors/${executor}/schema.json`;
    return [path, renderExecutorSchema(readFileSync(join(root, path), 'utf8'), schema)];
  });
  return {
    'docs/ERRORS.md': renderErrorDocument(),
    'docs/DOCTOR.md': renderDoctorDocument(),
    ...(Object.fromEntries(schemas) as Record<string, string>),
  };
}
