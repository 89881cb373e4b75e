import type { FastifyInstance, FastifyRequest } from 'fastify';
import { asClient } from '../database/take-turns.ts';
import { FhirError } from '../fhir/fhir-error.ts';

/**
 * Of one client, told by its address, at most so many requests are at work at once on the routes that `app` gets after this;
 * more are refused with 429 before their bodies are read. At work is a request until its answer is sent or its connection
 * gone, and the work that was begun for it is done: whoever hangs up and asks again is not served twice at once for that.
 * What it asks of the database is asked by that client, in turns with others.
 */
export function limitClients(
  app: FastifyInstance,
  most: number,
  addressOf: (request: FastifyRequest) => string,
): void {
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
      const result: unknown = asClient(addressOf(request), () => handler.call(this, request, reply));
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
