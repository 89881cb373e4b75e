import { isIP } from 'node:net';
import { SERVICE_HEADER, type ServiceTokens } from '@ehr/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Where clients ask from, on the routes that `app` gets after this: a service of ours says whom it answers, and is believed; of
 * others it is the address that they come from.
 */
export function addressesOf(
  app: FastifyInstance,
  service: ServiceTokens | null,
): (request: FastifyRequest) => string {
  const told = new WeakMap<FastifyRequest, string>();
  if (service !== null)
    app.addHook('onRequest', async (request) => {
      const token = request.headers[SERVICE_HEADER];
      const address = forwardedFor(request);
      if (typeof token === 'string' && address !== undefined && (await service.hold(token)))
        told.set(request, address);
    });
  return (request) => told.get(request) ?? request.ip;
}

/** The one that a service of ours names, if it is an address. */
export function forwardedFor({ headers }: FastifyRequest): string | undefined {
  const address = String(headers['x-forwarded-for'] ?? '');
  return isIP(address) === 0 ? undefined : address;
}
