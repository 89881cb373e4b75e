import { resourceTypes } from '@ehr/fhir/server';
import { SERVICE_HEADER, type ServiceTokens } from '@ehr/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authenticator, Identified } from '../access/authenticate.ts';
import { NotLetIn } from '../access/not-let-in.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Dependencies } from '../dependencies.ts';
import { inTransaction } from '../fhir/answer.ts';
import { type Context, contextFor } from '../fhir/exchange.ts';
import { type FhirError, refusal } from '../fhir/fhir-error.ts';
import {
  addNote,
  addSession,
  claimSession,
  endExpired,
  endSessions,
  keepSession,
  type May,
  readNote,
  releaseSession,
  useSession,
  type Who,
} from '../sessions/sessions.ts';
import { accessTo, type Letter, reachOf, wholeTenant } from '../store/access.ts';
import { forwardedFor } from './client-address.ts';
import { limitTries } from './limit-rates.ts';

/** What a browser holds, as a hash: whoever reads the database cannot send it. */
const key = z.string().regex(/^[\w-]{43}$/u).transform((text) => Buffer.from(text, 'base64url')); // prettier-ignore
const sealed = z.string().regex(/^[\w-]+$/u).max(100_000).transform((text) => Buffer.from(text, 'base64url')); // prettier-ignore
const seconds = z.int().min(1).max(86_400);
const types = z.array(z.enum(resourceTypes())).max(50);

const signedIn = z.strictObject({ key, sealed, idle: seconds, most: seconds, token: z.string(), types });
const claimed = z.strictObject({ key, version: z.int() });
const renewed = z.strictObject({ key, version: z.int(), sealed, token: z.string(), types });
const ended = z.strictObject({ key, everywhere: z.boolean() });
const noted = z.strictObject({ key, session: key.nullable(), sealed, seconds });
const remembered = z.strictObject({ key, session: key.nullable() });
const used = z.strictObject({ key });

/**
 * What ehr-web keeps here, so that each of its replicas knows it: sessions, and what is remembered for a while. For a service
 * that shows it is ours, and nobody else; of what is kept this one can read nothing.
 */
export async function addWebRoutes(
  app: FastifyInstance,
  { context, authenticator }: Dependencies,
  service: ServiceTokens,
): Promise<void> {
  const demandFewTries = await limitTries(app);
  app.addHook('onRequest', async (request) => {
    const token = request.headers[SERVICE_HEADER];
    if (typeof token === 'string' && (await service.hold(token))) return;
    // Who guesses is told to wait; ehr-web is let in all the same.
    await demandFewTries(request);
    throw refusal(401, 'login', 'This address is for ehr-web alone: EHR_SESSION_SECRET has to be the same for both.'); // prettier-ignore
  });
  const identify = (token: string) => demandIssuer(authenticator).identify(`Bearer ${token}`);
  const { on } = context;

  app.get('/issuer', async () => {
    if (authenticator === null) return { issuer: null };
    // Also where the issuer is away: that is told where somebody signs in.
    const { issuer, discovery } = authenticator.issuer;
    return { issuer, discovery };
  });

  app.post('/sessions/sign-in', async (request, reply) => {
    const own = bodyOf(signedIn, request);
    const identified = await identify(own.token).catch(async (error: unknown) => {
      if (error instanceof NotLetIn && error.status !== 503)
        await record(context, request, [STRANGER], 'login', 'refused');
      throw error;
    });
    await record(context, request, await endExpired(on), 'logout');
    const who = whoIs(identified);
    const may = lettersOf(identified, own.types);
    await inTransaction(contextFor(context, identified.access), async (within) => {
      await addSession(within.on, own.key, who, { sealed: own.sealed, may }, own);
      await record(within, request, [who], 'login');
    });
    return reply.code(201).send({ may });
  });

  app.post('/sessions/use', async (request) => {
    const found = await useSession(on, bodyOf(used, request).key);
    if (found === undefined) throw gone();
    return { ...found, sealed: found.sealed.toString('base64url') };
  });

  app.post('/sessions/claim', async (request) => {
    const own = bodyOf(claimed, request);
    return { claimed: await claimSession(on, own.key, own.version) };
  });

  app.post('/sessions/release', async (request) => {
    const own = bodyOf(claimed, request);
    await releaseSession(on, own.key, own.version);
    return {};
  });

  app.post('/sessions/renew', async (request) => {
    const own = bodyOf(renewed, request);
    const identified = await identify(own.token);
    const may = lettersOf(identified, own.types);
    if (!(await keepSession(on, own.key, whoIs(identified), { ...own, may }))) throw gone();
    return { may };
  });

  app.post('/sessions/end', async (request) => {
    const own = bodyOf(ended, request);
    const { whose, sealed: kept } = await endSessions(on, own.key, own.everywhere);
    // Somebody may have been signed in to several tenants, and a transaction writes to one.
    await record(context, request, whose, 'logout');
    // So that its tokens can be revoked.
    return { ended: whose.length, ...(kept && { sealed: kept.toString('base64url') }) };
  });

  app.post('/notes/keep', async (request) => {
    const own = bodyOf(noted, request);
    // Where people sign in nobody else keeps anything.
    const isNobodys = own.session === null && authenticator !== null;
    if (isNobodys || !(await addNote(on, own.key, own.session, own.sealed, own.seconds))) throw gone();
    return {};
  });

  app.post('/notes/read', async (request) => {
    const own = bodyOf(remembered, request);
    const found = await readNote(on, own.key, own.session);
    if (found === undefined) throw gone();
    return { sealed: found.toString('base64url') };
  });
}

/** Somebody who was not let in: of which tenant, nobody can tell. */
const STRANGER: Who = { tenantId: wholeTenant.tenantId, agent: 'unknown', issuer: '', client: '' };

function demandIssuer(authenticator: Authenticator | null): Authenticator {
  if (authenticator !== null) return authenticator;
  throw refusal(404, 'not-found', 'This server believes no issuer; set EHR_ISSUERS to have people sign in.');
}

/** @throws FhirError 400 */
function bodyOf<Schema extends z.ZodType>(schema: Schema, { body }: FastifyRequest): z.output<Schema> {
  const value = (body as { readonly value?: unknown } | undefined)?.value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const names = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw refusal(400, 'invalid', `The request is not what ehr-web sends: ${names}. Both have to be of the same release.`); // prettier-ignore
}

function gone(): FhirError {
  return refusal(404, 'not-found', 'There is nothing of this key any more.');
}

function whoIs({ principal, access }: Identified): Who {
  const { subject, issuer, client } = principal;
  return { tenantId: access.tenantId, agent: subject, issuer, client };
}

/** What may be done with resources of each type at all, and whether charts may be opened, so that nothing else is offered. */
function lettersOf({ access }: Identified, asked: readonly string[]): May {
  const letters: readonly Letter[] = ['c', 'r', 'u', 'd', 's'];
  const may = (type: string) => letters.filter((letter) => reachOf(access, type, letter) !== null).join('');
  const opens = access.restricted !== null && access.opensCharts && may('Patient').includes('r');
  return { ...Object.fromEntries(asked.map((type) => [type, may(type)])), ...(opens && BREAKS_GLASS) };
}

/** As ehr-web asks for it; nobody else has that key. */
const BREAKS_GLASS: May = { '$break-glass': 'e' };

/** That somebody signed in or out is in the audit before they are told so. */
async function record(
  context: Context,
  request: FastifyRequest,
  whose: readonly Who[],
  action: 'login' | 'logout',
  outcome: 'success' | 'refused' = 'success',
): Promise<void> {
  const address = forwardedFor(request) ?? request.ip;
  for (const { tenantId, ...who } of whose)
    await recordAudit(
      // In the transaction of this tenant, where there is one.
      context.access.tenantId === tenantId ? context : contextFor(context, accessTo(tenantId)),
      { ...who, address, purpose: null, requestId: request.id },
      [{ action, resourceType: '', resourceId: null, patients: [], outcome }],
    );
}
