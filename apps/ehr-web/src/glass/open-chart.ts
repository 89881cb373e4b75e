import type { Parameters } from 'fhir/r4';
import { fhirRequest } from '../records/fhir-request.ts';
import { draftOfRefusal, type GlassDraft, type GlassRequest } from './glass-request.ts';

/** What came of asking for a patient's restricted records. */
export type Opened =
  /** `until` is when they are closed again, as the record service says. */
  | { readonly kind: 'opened'; readonly until: Date }
  | { readonly kind: 'refused'; readonly draft: GlassDraft }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'signed-out' };

const UNREACHABLE = 'The record service does not answer. Try again in a moment.';
const MISCONFIGURED =
  'This site is misconfigured: it is connected to a record service that is not its own, so nothing was opened. Tell whoever runs it.';

/** Opens a patient's restricted records to whoever is signed in; who may not is refused by ehr-api, which records that, too. */
export async function openChart(patient: string, asked: GlassRequest): Promise<Opened> {
  const sent: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'reason', valueString: asked.reason },
      { name: 'minutes', valueInteger: Number(asked.minutes) },
    ],
  };
  const answer = await fhirRequest<Parameters>('break-glass', `/Patient/${patient}/$break-glass`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(sent),
  });
  if (answer.kind === 'signed-out') return answer;
  if (answer.kind === 'refused' && answer.status === 403) return { kind: 'forbidden' };
  if (answer.kind === 'refused')
    return { kind: 'refused', draft: draftOfRefusal(asked, answer.status, answer.outcome) };
  if (answer.kind === 'ok') {
    const until = answer.value.parameter?.find(({ name }) => name === 'until')?.valueInstant;
    return { kind: 'opened', until: new Date(until ?? 0) };
  }
  const form = answer.kind === 'unreachable' ? UNREACHABLE : MISCONFIGURED;
  return { kind: 'refused', draft: { asked, errors: { form } } };
}
