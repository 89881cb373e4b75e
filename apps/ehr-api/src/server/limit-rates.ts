import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FhirError } from '../fhir/fhir-error.ts';

/** How often clients may ask; each replica counts for itself. Each counts once more. */
export interface Rates {
  /** Somebody was not let in. @throws FhirError 429 for an address that was not too often */
  readonly demandFewTries: (request: FastifyRequest) => Promise<void>;
  /** A request of a client that is known. @throws FhirError 429 */
  readonly demandFew: (request: FastifyRequest) => Promise<void>;
}

/** So often a minute an address may be wrong about who it is. */
const TRIES = 60;
const MINUTE = 60_000;
/** Clients that are told apart at once; of more the least active are forgotten. */
const CLIENTS = 10_000;

/** `perMinute`: requests of each client; `clientOf` tells them apart. */
export async function limitRates(
  app: FastifyInstance,
  perMinute: number,
  clientOf: (request: FastifyRequest) => string,
): Promise<Rates> {
  const demandFewTries = await limitTries(app);
  const says = `This client asked ${perMinute} times within a minute, and this server answers no more; wait.`;
  return { demandFewTries, demandFew: counting(app, perMinute, clientOf, says) };
}

/** Somebody below these addresses was not let in. The answer is `Rates.demandFewTries`. */
export async function limitTries(app: FastifyInstance): Promise<Rates['demandFewTries']> {
  await app.register(rateLimit, { global: false, cache: CLIENTS });
  const says = 'Too many tokens from this address did not hold; wait, then get a new one.';
  return counting(app, TRIES, ({ ip }) => ip, says);
}

function counting(
  app: FastifyInstance,
  max: number,
  keyGenerator: (request: FastifyRequest) => string,
  diagnostics: string,
) {
  const count = app.createRateLimit({ max, timeWindow: MINUTE, keyGenerator });
  return async (request: FastifyRequest) => {
    const counted = await count(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    throw new FhirError(429, [{ code: 'throttled', diagnostics }], {
      'retry-after': String(counted.ttlInSeconds),
    });
  };
}
