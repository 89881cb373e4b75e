import { renderDoctorDocument } from './doctor-document.ts';
import { renderErrorDocument } from './error-document.ts';

/** Files that say again what the code says: path from the workspace root → text. `generate` writes them. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/ERRORS.md': renderErrorDocument(),
    'docs/DOCTOR.md': renderDoctorDocument(),
  };
}
