import type { Patient } from 'fhir/r4';
import type { Issue } from './operation-outcome.ts';
import { validateResource } from './validate-resource.ts';

/** The value as a Patient, or everything that is wrong with it. */
export function validatePatient(
  value: unknown,
): { readonly patient: Patient } | { readonly issues: readonly Issue[] } {
  const issues = validateResource(value, 'Patient');
  return issues.length === 0 ? { patient: value as Patient } : { issues };
}
