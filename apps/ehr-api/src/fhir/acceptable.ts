import { UnacceptableText } from '@ehr/fhir/server';
import { refusal } from './fhir-error.ts';

/** What `read` makes of a JSON text. @throws FhirError 400 for one that this server does not take */
export function acceptable<T>(read: (json: string) => T, json: string): T {
  try {
    return read(json);
  } catch (error) {
    if (error instanceof UnacceptableText) throw refusal(400, 'structure', error.message);
    throw error;
  }
}
