import { answer } from './answer.ts';
import { bundle } from './bundle.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { asAsked, shapeOf } from './subset.ts';

/**
 * Answers a request to the FHIR service: about a resource, or a bundle of such requests.
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
  const isBundle = request.path.length === 0 && request.method === 'POST';
  return isBundle ? bundle(context, request) : answer(context, request);
}
