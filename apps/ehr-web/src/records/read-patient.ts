import type { Patient } from 'fhir/r4';
import { fhirRequest, type RecordsAnswer } from './fhir-request.ts';

/** The patient of this id, or why there is none to show. */
export function readPatient(id: string): Promise<RecordsAnswer<Patient>> {
  return fhirRequest<Patient>('read', `/Patient/${encodeURIComponent(id)}`);
}
