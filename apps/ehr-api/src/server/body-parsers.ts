import type { FastifyInstance } from 'fastify';
import { refusal } from '../fhir/fhir-error.ts';

/** FHIR JSON for resources, a form for `_search`; everything else is answered with 415. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/fhir+json', 'application/json'],
    { parseAs: 'string' },
    async (request: { readonly url: string }, body: string | Buffer) => {
      if (isSearch(request.url))
        throw refusal(415, 'not-supported', 'A search is posted as application/x-www-form-urlencoded.');
      return parseJson(String(body));
    },
  );
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: { readonly url: string }, body: string | Buffer) => {
      if (!isSearch(request.url))
        throw refusal(415, 'not-supported', 'A resource is sent as application/fhir+json.');
      return new URLSearchParams(String(body));
    },
  );
}

function isSearch(url: string): boolean {
  return /\/_search(\?|$)/u.test(url);
}

/** The engine's own message quotes the body, so it is dropped. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw refusal(400, 'structure', 'The body is not JSON; correct its syntax.');
  }
}
