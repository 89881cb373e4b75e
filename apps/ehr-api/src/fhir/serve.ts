import { answer } from './answer.ts';
import { bundle } from './bundle.ts';
import { capabilityStatement } from './capability-statement.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError } from './fhir-error.ts';
import { asAsked, shapeOf } from './subset.ts';

/**
 * Answers a request to the FHIR service: about a resource, a bundle of such requests, or about the service itself.
 * @throws FhirError
 */
export async function serve(context: Context, request: FhirRequest): Promise<FhirResponse> {
  // A wrong `_summary` is told before anything is done.
  shapeOf(request.query);
  const response = await answerOf(context, request);
  const { body } = response;
  return typeof body === 'string' ? { ...response, body: asAsked(request.query, body) } : response;
}

function answerOf(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const address = request.path.join('/');
  if (address === '' && request.method === 'POST') return bundle(context, request);
  if (address !== 'metadata') return answer(context, request);
  demandGet(request);
  return Promise.resolve({
    status: 200,
    body: JSON.stringify(capabilityStatement(context.about, request.base)),
  });
}

/** @throws FhirError 405 */
function demandGet({ method }: FhirRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const diagnostics = 'This address does not take this method; it takes GET.';
  throw new FhirError(405, [{ code: 'not-supported', diagnostics }], { allow: 'GET' });
}
