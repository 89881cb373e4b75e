import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import {
  type Body,
  type Condition,
  contextFor,
  type FhirRequest,
  type FhirResponse,
} from '../fhir/exchange.ts';
import { refusal } from '../fhir/fhir-error.ts';
import { interactionOf } from '../fhir/interactions.ts';
import { isPublic, publicAnswer } from '../fhir/metadata.ts';
import { etagOf } from '../fhir/preconditions.ts';
import { serve } from '../fhir/serve.ts';
import { subjectOf } from '../fhir/subject.ts';
import { identifyAll } from './identify.ts';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** The FHIR service below its base address: every address and method; what there is none of is answered by the service. */
export async function addFhirRoutes(
  app: FastifyInstance,
  dependencies: Dependencies,
  addressOf: (request: FastifyRequest) => string,
): Promise<void> {
  const { context, authenticator, publicUrl } = dependencies;
  const read = new WeakMap<FastifyRequest, FhirRequest>();
  /** Read once; without its body, which comes when it is known who asks. */
  const requestOf = (request: FastifyRequest) => {
    const known = read.get(request);
    if (known !== undefined) return known;
    const base = `${publicUrl ?? `${request.protocol}://${request.host}`}/fhir`;
    const own = fhirRequest(request, base, addressOf(request));
    read.set(request, own);
    return own;
  };
  const identified = authenticator && (await identifyAll(app, dependencies, authenticator, requestOf));
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    refuseOtherFormats(request);
    const body = request.body as Body | undefined;
    const own = { ...requestOf(request), ...(body != null && { body }) };
    if (isPublic(own.path)) return send(reply, await publicAnswer(own, context.about, authenticator), own);
    if (identified === null) return send(reply, await serve(context, own), own);
    const { principal, access } = identified(request);
    const { subject: agent, issuer, client, purpose } = principal;
    const asked = { ...own, caller: { ...own.caller, agent, issuer, client, purpose } };
    return send(reply, await serve(contextFor(context, access), asked), asked);
  };
  for (const url of ['/', '/*'])
    app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], url, handler });
}

const CONDITIONS: readonly Condition[] = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-none-exist',
  'prefer',
  'accept',
];

function fhirRequest(request: FastifyRequest, base: string, address: string): FhirRequest {
  const [path = '', query = ''] = splitOnce(request.raw.url ?? '', '?');
  const given = CONDITIONS.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, [value].flat().join(',')] as const];
  });
  const segments = path.split('/').slice(2).map(decodeURIComponent);
  if (segments.at(-1) === '') segments.pop();
  return {
    method: request.method as FhirRequest['method'],
    path: segments,
    query: [...new URLSearchParams(query)],
    conditions: Object.fromEntries(given),
    // Until a token says who it is; a header that names a user would be a claim, not an identity.
    caller: {
      agent: 'unknown',
      issuer: null,
      client: null,
      address,
      purpose: null,
      requestId: request.id,
    },
    base,
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function send(
  reply: FastifyReply,
  { status, version, isWritten, body, raw }: FhirResponse,
  { base }: FhirRequest,
): FastifyReply {
  void reply.code(status);
  if (version !== undefined) {
    void reply
      .header('etag', etagOf(version.version))
      .header('last-modified', version.lastUpdated.toUTCString());
    if (isWritten === true)
      void reply.header('location', `${base}/${version.type}/${version.id}/_history/${version.version}`);
  }
  if (raw !== undefined)
    // Whoever opens it in a browser gets a file, never a page of this origin.
    return reply
      .type(raw.contentType)
      .header('content-disposition', 'attachment')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(raw.data);
  if (body === undefined) return reply.send();
  return reply
    .type(FHIR_JSON)
    .send(typeof body === 'string' ? body : Readable.from(body, { objectMode: false }));
}

/** The address of a request without its ids, for the log: which records are asked for is nobody's business there. */
export function routeOf({ routeOptions, method, raw }: FastifyRequest): string {
  const { url } = routeOptions;
  if (url === undefined) return '(no route)';
  if (!url.startsWith('/fhir')) return url;
  try {
    const [path] = splitOnce(raw.url ?? '', '?');
    const segments = path.split('/').slice(2).map(decodeURIComponent);
    const found = interactionOf(method as FhirRequest['method'], segments);
    const address = found.path.replace(':compartment', 'Patient').replace(':type', subjectOf(segments).type);
    return `/fhir/${address}`;
  } catch {
    return url;
  }
}

/** JSON is the one format here; an answer in it to who asked for XML would only be misread. */
function refuseOtherFormats({ headers, query, url }: FastifyRequest): void {
  const { _format: format } = query as { readonly _format?: string | string[] };
  const isRaw = /\/Binary\//u.test(url) && format === undefined;
  const accepted = headers.accept ?? '*/*';
  const isJson = (text: string) => /\*\/\*|^json$|application\/(\*|json|fhir[+ ]json)/iu.test(text);
  if (format === undefined ? !isRaw && !isJson(accepted) : ![format].flat().every(isJson))
    throw refusal(406, 'not-supported', 'Answers are application/fhir+json only; send it as Accept.');
}
