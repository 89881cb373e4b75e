import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FhirError } from '../fhir/fhir-error.ts';
import { takeTurns, type Turns } from './take-turns.ts';

/** So long a request waits for its turn. */
const PATIENCE_MS = 10_000;

/**
 * Of one client, told by its address, at most so many requests are at work at once on the routes that `app` gets after this;
 * more are refused with 429 before their bodies are read. At work is a request until its answer is sent or its connection
 * gone, and the work that was begun for it is done: whoever hangs up and asks again is not served twice at once for that.
 * Clients are served in turns, so that no connection of the database is waited for while one of them has them all.
 */
export function limitClients(
  app: FastifyInstance,
  most: number,
  turns: Turns,
  addressOf: (request: FastifyRequest) => string,
): void {
  const inTurn = takeTurns(turns, PATIENCE_MS);
  const atWork = new Map<string, number>();
  const work = new WeakMap<FastifyRequest, unknown>();
  const leave = (ip: string) => {
    const others = (atWork.get(ip) ?? 1) - 1;
    if (others === 0) atWork.delete(ip);
    else atWork.set(ip, others);
  };
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      const isGone = () => reply.raw.destroyed;
      const result = inTurn(addressOf(request), isGone, async () => handler.call(this, request, reply));
      work.set(request, result);
      return result;
    };
  });
  app.addHook('onRequest', async (request, reply) => {
    const ip = addressOf(request);
    const others = atWork.get(ip) ?? 0;
    if (others >= most) throw tooMany(most);
    atWork.set(ip, others + 1);
    // What the handler makes of it is answered elsewhere; here it only has to be over.
    reply.raw.once('close', () => void Promise.allSettled([work.get(request)]).then(() => leave(ip)));
  });
}

function tooMany(most: number): FhirError {
  const diagnostics = `This client has ${most} requests at work already, and this server takes no more at once; wait for an answer.`;
  return new FhirError(429, [{ code: 'throttled', diagnostics }], { 'retry-after': '1' });
}
