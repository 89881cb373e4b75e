import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FhirResource } from 'fhir/r4';
import type { StoredResource } from '../store/stored-resource.ts';
import { baseUrl, prefers } from './http-request.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** Sends a resource as `application/fhir+json` with this HTTP status. */
export function sendJson(reply: FastifyReply, status: number, resource: FhirResource): FastifyReply {
  return reply.code(status).type(FHIR_JSON).send(JSON.stringify(resource));
}

/** Answers with one version of a record and the headers that name it. */
export function sendStored(reply: FastifyReply, status: number, stored: StoredResource): FastifyReply {
  return sendJson(withVersion(reply, stored), status, stored.resource);
}

/** Answers a write; `Prefer: return=minimal` leaves the body out. */
export function sendWritten(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  stored: StoredResource,
): FastifyReply {
  const { resourceType } = stored.resource;
  void reply.header(
    'location',
    `${baseUrl(request)}/${resourceType}/${stored.id}/_history/${stored.version}`,
  );
  if (prefers(request, 'return=minimal')) return withVersion(reply, stored).code(status).send();
  return sendStored(reply, status, stored);
}

/** The weak ETag of a version: `W/"3"` (FHIR R4 § versioning). */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

function withVersion(reply: FastifyReply, { version, lastUpdated }: StoredResource): FastifyReply {
  return reply.header('etag', etagOf(version)).header('last-modified', lastUpdated.toUTCString());
}
