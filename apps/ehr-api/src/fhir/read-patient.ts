import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Bundle, BundleEntry } from 'fhir/r4';
import type { Dependencies } from '../dependencies.ts';
import { readHistory, readResource, readVersion, type Version } from '../store/read-resource.ts';
import type { StoredResource } from '../store/stored-resource.ts';
import { refusal } from './fhir-error.ts';
import { baseUrl, callerOf, pathId } from './http-request.ts';
import { etagOf, sendJson, sendStored } from './send-resource.ts';

/** http://hl7.org/fhir/R4/http.html#read; with `If-None-Match`, 304 for what the client has already. */
export async function readPatient(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  return answer(request, reply, await readResource(database, callerOf(request), 'Patient', pathId(request)));
}

/** Answers `GET /Patient/{id}/_history/{version}` (vread). */
export async function readPatientVersion(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { version } = request.params as { version: string };
  if (!/^\d{1,9}$/u.test(version)) throw notFound();
  return answer(
    request,
    reply,
    await readVersion(database, callerOf(request), 'Patient', pathId(request), Number(version)),
  );
}

/** Answers `GET /Patient/{id}/_history`: all versions, newest first. */
export async function patientHistory(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const versions = await readHistory(database, callerOf(request), 'Patient', pathId(request));
  if (versions.length === 0) throw notFound();
  const base = baseUrl(request);
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'history',
    total: versions.length,
    link: [{ relation: 'self', url: `${base}/Patient/${pathId(request)}/_history` }],
    entry: versions.map((version) => historyEntry(version, base)),
  };
  return sendJson(reply, 200, bundle);
}

function answer(request: FastifyRequest, reply: FastifyReply, stored: StoredResource | undefined): unknown {
  if (!stored) throw notFound();
  const etags = request.headers['if-none-match']?.split(',').map((etag) => etag.trim()) ?? [];
  if (etags.includes(etagOf(stored.version)) || etags.includes('*'))
    return reply.code(304).header('etag', etagOf(stored.version)).send();
  return sendStored(reply, 200, stored);
}

function historyEntry({ id, version, lastUpdated, method, resource }: Version, base: string): BundleEntry {
  return {
    fullUrl: `${base}/Patient/${id}`,
    resource,
    request: { method, url: method === 'POST' ? 'Patient' : `Patient/${id}` },
    response: {
      status: version === 1 ? '201' : '200',
      etag: etagOf(version),
      lastModified: lastUpdated.toISOString(),
    },
  };
}

function notFound(): Error {
  return refusal(404, 'not-found', 'There is no Patient with this id and version; check them, or search.');
}
