import type { Authenticator } from '../access/authenticate.ts';
import { capabilityStatement } from './capability-statement.ts';
import type { About, FhirRequest, FhirResponse } from './exchange.ts';
import { methodRefused, refusal } from './fhir-error.ts';
import { asAsked } from './subset.ts';

const SMART = '.well-known/smart-configuration';

/** What everybody may ask: what this server can do, and where to sign in. */
export function isPublic(path: readonly string[]): boolean {
  const address = path.join('/');
  return address === 'metadata' || address === SMART;
}

/** http://hl7.org/fhir/R4/http.html#capabilities and http://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html @throws FhirError 404, 405; NotLetIn 503 */
export async function publicAnswer(
  { method, path, base, query }: FhirRequest,
  about: About,
  authenticator: Authenticator | null,
): Promise<FhirResponse> {
  if (method !== 'GET' && method !== 'HEAD') throw methodRefused('GET');
  const body =
    path.join('/') === SMART
      ? await smartConfiguration(authenticator)
      : capabilityStatement(about, base, authenticator !== null);
  return { status: 200, body: asAsked(query, JSON.stringify(body)) };
}

/** What the issuer says of itself that an app needs, and what the two can do together. */
const FROM_ISSUER = [
  'issuer',
  'jwks_uri',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'registration_endpoint',
  'end_session_endpoint',
  'grant_types_supported',
  'response_types_supported',
  'code_challenge_methods_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'scopes_supported',
];

async function smartConfiguration(authenticator: Authenticator | null): Promise<object> {
  if (authenticator === null)
    throw refusal(
      404,
      'not-found',
      'This server believes no issuer; set EHR_ISSUERS to have people sign in.',
    );
  const metadata = await authenticator.metadata();
  return {
    ...Object.fromEntries(FROM_ISSUER.flatMap((name) => (name in metadata ? [[name, metadata[name]]] : []))),
    capabilities: authenticator.issuer.capabilities,
  };
}
