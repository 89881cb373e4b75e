import type { Authenticator, Identified } from '../access/authenticate.ts';
import { NotLetIn } from '../access/not-let-in.ts';
import { recordRefusals } from '../fhir/answer.ts';
import type { Context, FhirRequest } from '../fhir/exchange.ts';
import { FhirError } from '../fhir/fhir-error.ts';

/** Who asks; whoever is not let in, and what they wanted, is in the audit. @throws NotLetIn */
export async function identify(
  context: Context,
  authenticator: Authenticator,
  request: FhirRequest,
  authorization: string | undefined,
): Promise<Identified> {
  try {
    return await authenticator.identify(authorization);
  } catch (error) {
    if (error instanceof NotLetIn && error.status !== 503)
      await recordRefusals(context, [request], refusalOf(error));
    throw error;
  }
}

/** As clients are told. */
export function refusalOf({ status, code, message, headers }: NotLetIn): FhirError {
  return new FhirError(status, [{ code, diagnostics: message }], headers);
}
