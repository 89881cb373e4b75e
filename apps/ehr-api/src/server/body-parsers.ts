import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Body } from '../fhir/exchange.ts';
import { refusal } from '../fhir/fhir-error.ts';
import { parsePatch } from '../fhir/json-patch.ts';

/** FHIR JSON for resources, JSON Patch, a form for `_search`, and anything at all for a Binary; the rest is answered with 415. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = (types: string | string[], read: (request: Sent, body: Buffer) => Body) =>
    app.addContentTypeParser<Buffer>(
      types,
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) =>
        // Some clients name a type with every request, also where they send nothing.
        request.method === 'DELETE' && body.length === 0 ? undefined : read(request, body),
    );
  parse(['application/fhir+json', 'application/json'], (request, body) => {
    if (isSearch(request.url))
      throw refusal(415, 'not-supported', 'A search is posted as application/x-www-form-urlencoded.');
    const text = textOf(request, body);
    return { kind: 'json', text, value: parseJson(text, (json) => JSON.parse(json)) };
  });
  parse('application/json-patch+json', (request, body) => ({
    kind: 'patch',
    value: parseJson(textOf(request, body), parsePatch),
  }));
  parse('application/x-www-form-urlencoded', (request, body) => {
    if (!isSearch(request.url))
      throw refusal(415, 'not-supported', 'A resource is sent as application/fhir+json.');
    return { kind: 'form', pairs: [...new URLSearchParams(textOf(request, body))] };
  });
  parse('*', ({ url, headers }, data) => {
    const contentType = headers['content-type'] ?? '';
    if (!/\/Binary(?:\/[^/?]+)?(?:\?|$)/u.test(url) || contentType === '')
      throw refusal(415, 'not-supported', 'Content-Type must be application/fhir+json.');
    return { kind: 'binary', contentType, data };
  });
}

type Sent = Pick<FastifyRequest, 'url' | 'headers'>;

function isSearch(url: string): boolean {
  return /\/_search(\?|$)/u.test(url);
}

/** A body is UTF-8 (http://hl7.org/fhir/R4/http.html#mime-type): what is not would be stored as something else. */
function textOf({ headers }: Sent, body: Buffer): string {
  const charset = /charset\s*=\s*"?([\w-]+)/iu.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8')
    throw refusal(415, 'not-supported', 'The charset of a body must be utf-8.');
  if (!isUtf8(body)) throw refusal(400, 'structure', 'The body is not UTF-8; correct its encoding.');
  // A mark at the begin says that it is Unicode, and is no part of the text.
  const text = body.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The engine's own message quotes the body, so it is dropped. */
function parseJson(body: string, parse: (body: string) => unknown): unknown {
  try {
    return parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refusal(400, 'structure', 'The body is not JSON; correct its syntax.');
  }
}
