import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator, Identified } from '../access/authenticate.ts';
import { NotLetIn } from '../access/not-let-in.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordStranger } from '../fhir/answer.ts';
import type { FhirRequest } from '../fhir/exchange.ts';
import { FhirError } from '../fhir/fhir-error.ts';
import { isPublic } from '../fhir/metadata.ts';
import { limitRates } from './limit-rates.ts';

/**
 * Who asks is known before anything of a body is read, on the routes that `app` gets after this: whoever is not let in, and what
 * they wanted, is in the audit. Who asks too often is told so. The answer tells who somebody is.
 */
export async function identifyAll(
  app: FastifyInstance,
  { context, limits }: Dependencies,
  authenticator: Authenticator,
  requestOf: (request: FastifyRequest) => FhirRequest,
): Promise<(request: FastifyRequest) => Identified> {
  const known = new WeakMap<FastifyRequest, Identified>();
  const identified = (request: FastifyRequest) => {
    const found = known.get(request);
    if (found === undefined) throw new Error('Nobody is let in unknown.');
    return found;
  };
  const rates = await limitRates(app, limits.clientRate, (request) => {
    const { issuer, subject, client } = identified(request).principal;
    return JSON.stringify([issuer, subject, client]);
  });
  app.addHook('onRequest', async (request) => {
    const asked = requestOf(request);
    if (request.method === 'OPTIONS' || isPublic(asked.path)) return;
    try {
      known.set(request, await authenticator.identify(request.headers.authorization));
    } catch (error) {
      if (!(error instanceof NotLetIn) || error.status === 503) throw error;
      // Who guesses is told to wait; who has a token that holds is let in all the same.
      await rates.demandFewTries(request);
      await recordStranger(context, asked, refusalOf(error));
      throw error;
    }
    await rates.demandFew(request);
  });
  return identified;
}

/** As clients are told. */
export function refusalOf({ status, code, message, headers }: NotLetIn): FhirError {
  return new FhirError(status, [{ code, diagnostics: message }], headers);
}
