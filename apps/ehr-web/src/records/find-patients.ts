import type { Bundle, Patient } from 'fhir/r4';
import { fhirRequest, type RecordsAnswer } from './fhir-request.ts';
import { type PatientQuery, searchParameters } from './patient-query.ts';

/** A page of the patient list. */
export interface PatientPage {
  readonly patients: readonly Patient[];
  readonly total: number;
  /** Where the next page starts. */
  readonly next?: string;
}

/** One page of patients, newest first; `after` is where it begins. Asked by POST: in an address a name would end up in a proxy's log. */
export async function findPatients(query: PatientQuery, after: string): Promise<RecordsAnswer<PatientPage>> {
  const answer = await fhirRequest<Bundle<Patient>>('search', '/Patient/_search', {
    method: 'POST',
    body: searchParameters(query, after),
  });
  if (answer.kind !== 'ok') return answer;
  const { entry = [], total = 0, link = [] } = answer.value;
  const next = link.find(({ relation }) => relation === 'next')?.url;
  const following = next ? new URL(next).searchParams.get('_after') : null;
  const patients = entry.flatMap(({ resource }) => resource ?? []);
  return { ...answer, value: { patients, total, ...(following ? { next: following } : {}) } };
}
