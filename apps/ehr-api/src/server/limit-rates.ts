import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FhirError } from '../fhir/fhir-error.ts';

/** How often clients may ask; each replica counts for itself. */
export interface Rates {
  /** @throws FhirError 429 for an address that was not let in too often */
  readonly demandFewTries: (request: FastifyRequest) => Promise<void>;
  /** Somebody was not let in. */
  readonly countTry: (request: FastifyRequest) => Promise<void>;
  /** A request of this client. @throws FhirError 429 */
  readonly demandFew: (request: FastifyRequest, client: string) => Promise<void>;
}

/** So often a minute an address may be wrong about who it is. */
const TRIES = 60;
const MINUTE = 60_000;
/** Clients that are told apart at once; of more the least active are forgotten. */
const CLIENTS = 10_000;

/** `perMinute`: requests of each client. */
export async function limitRates(app: FastifyInstance, perMinute: number): Promise<Rates> {
  await app.register(rateLimit, { global: false, cache: CLIENTS });
  const clients = new WeakMap<FastifyRequest, string>();
  const ofAddress = app.createRateLimit({ max: TRIES - 1, timeWindow: MINUTE, keyGenerator: ({ ip }) => ip });
  const ofClient = app.createRateLimit({ max: perMinute, timeWindow: MINUTE, keyGenerator: (request) => clients.get(request) ?? request.ip }); // prettier-ignore
  type Counted = Awaited<ReturnType<typeof ofClient>>;
  const demand = (counted: Counted, diagnostics: string) => {
    if (counted.isAllowed || !counted.isExceeded) return;
    throw new FhirError(429, [{ code: 'throttled', diagnostics }], {
      'retry-after': String(counted.ttlInSeconds),
    });
  };
  return {
    demandFewTries: async (request) =>
      demand(await ofAddress(request, { increment: false }), 'Too many tokens from this address did not hold; wait, then get a new one.'), // prettier-ignore
    countTry: async (request) => void (await ofAddress(request)),
    demandFew: async (request, client) => {
      clients.set(request, client);
      demand(await ofClient(request), `This client asked ${perMinute} times within a minute, and this server answers no more; wait.`); // prettier-ignore
    },
  };
}
