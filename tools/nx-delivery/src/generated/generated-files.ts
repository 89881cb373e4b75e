import { renderDoctorDocument, renderErrorDocument } from './documents.ts';
import { renderExecutorSchema, renderExecutorsFile } from './executor-schema.ts';
import { executorDocuments } from '../options/executor-documents.ts';

/** Files that say again what the code says: path from the workspace root → text. `generate` writes them. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/ERRORS.md': renderErrorDocument(),
    'docs/DOCTOR.md': renderDoctorDocument(),
    'tools/nx-delivery/executors.json': renderExecutorsFile(executorDocuments),
    ...Object.fromEntries(
      Object.entries(executorDocuments).map(([name, document]) => [
        `tools/nx-delivery/src/executors/${name}/schema.json`,
        renderExecutorSchema(document),
      ]),
    ),
  };
}
