import { randomUUID } from 'node:crypto';
import { ENVIRONMENT_HEADER } from '@ehr/health';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import { fastify, type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { refusal } from '../fhir/fhir-error.ts';
import { addHealthRoutes } from '../health/health-route.ts';
import { answerError, answerUnreadable } from './answer-error.ts';
import { addBodyParsers } from './body-parsers.ts';
import { addressesOf } from './client-address.ts';
import { addFhirRoutes, routeOf } from './fhir-routes.ts';
import { limitClients } from './limit-clients.ts';
import { refuseOtherEnvironment } from './refuse-other-environment.ts';
import { addWebRoutes } from './web-routes.ts';

/** The HTTP server, not yet listening. */
export function createServer(dependencies: Dependencies, logger: FastifyBaseLogger): FastifyInstance {
  const { limits } = dependencies;
  const isHttps = dependencies.publicUrl?.startsWith('https:') === true;
  const { environment } = dependencies.context.about.identity;
  const app = fastify({
    loggerInstance: logger,
    // Fastify's own request log holds URLs, and with them what people search for.
    logController: new LogController({ disableRequestLogging: true }),
    // Never taken from a header: the id goes into every log line.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // Behind a proxy links carry the address that the client used: only named ones are believed.
    trustProxy: [...dependencies.trustedProxies],
    bodyLimit: dependencies.bodyBytes,
    // Half a request that nobody ends keeps no socket: less long half a header than half a body, which may be large.
    http: { headersTimeout: limits.headerMs, connectionsCheckingInterval: limits.headerMs / 4 },
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 10_000,
    frameworkErrors: (error, request, reply) =>
      answerError(error, request, reply.header(ENVIRONMENT_HEADER, environment)),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, environment),
  });
  app.server.maxConnections = limits.connections;
  addBodyParsers(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(() => {
    throw refusal(404, 'not-found', 'There is nothing at this address; GET /fhir/metadata lists what is.');
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Answers are no pages: nothing of them is run, framed, or told to whoever is linked to.
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      ...(isHttps && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
      'x-request-id': request.id,
      [ENVIRONMENT_HEADER]: environment,
    });
    refuseOtherEnvironment(request, environment);
  });
  // A connection kept alive after its last answer would hold up the shutdown until it times out.
  let closing = false;
  app.addHook('preClose', async () => void (closing = true));
  app.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    // Health is asked every few seconds; those lines would bury the others.
    if (/^\/(?:health|live)$/u.test(route) && reply.statusCode === 200) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
  });
  addHealthRoutes(app, dependencies);
  // Health is no part of it: whether this server lives is to be seen just then.
  const addFhir = async (fhir: FastifyInstance) => {
    const addressOf = addressesOf(fhir, dependencies.service);
    limitClients(fhir, limits.clientRequests, addressOf);
    if (dependencies.corsOrigins.length > 0) await fhir.register(cors, corsOf(dependencies.corsOrigins));
    await addFhirRoutes(fhir, dependencies, addressOf);
  };
  void app.register(addFhir, { prefix: '/fhir' });
  const { service } = dependencies;
  if (service !== null)
    void app.register(async (web) => addWebRoutes(web, dependencies, service), { prefix: '/web' });
  return app;
}

/** Pages of these origins alone, letter by letter; cookies are not asked for, and none are looked at. */
function corsOf(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'location', 'last-modified', 'retry-after', 'www-authenticate', 'x-request-id'],
    maxAge: 600,
    strictPreflight: false,
  };
}
