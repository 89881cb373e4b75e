import { ENVIRONMENT_HEADER } from '@ehr/health';
import type { FastifyRequest } from 'fastify';
import { refusal } from '../fhir/fhir-error.ts';

/**
 * Refuses a request that names another environment than this one, before anything of it is read: a web app that found
 * the API of another environment must neither see nor change records there. Who sends no name is served.
 * @throws FhirError 421 (Misdirected Request, RFC 9110 section 15.5.20)
 */
export function refuseOtherEnvironment({ headers }: FastifyRequest, environment: string): void {
  const wanted = headers[ENVIRONMENT_HEADER.toLowerCase()];
  if (wanted === undefined || wanted === environment) return;
  // Only a name is repeated: what else stands there may be anything.
  const name = /^[a-z]{1,20}$/u.test(String(wanted)) ? String(wanted) : 'another environment';
  throw refusal(
    421,
    'conflict',
    `This is the record service of ${environment}, and the request is for ${name}; nothing was done. Set EHR_API_URL there to the record service of ${name}.`,
  );
}
