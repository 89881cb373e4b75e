import { validatePatient } from '@ehr/fhir';
import type { FastifyRequest } from 'fastify';
import type { Patient } from 'fhir/r4';
import type { Caller } from '../audit/record-audit.ts';
import { FhirError, refusal } from './fhir-error.ts';

/** Until there is sign-in nobody is known; a header that names a user would be a claim, not an identity. */
export function callerOf(request: FastifyRequest): Caller {
  return { agent: 'unknown', requestId: request.id };
}

/** The address of the FHIR service as this client sees it, for links. */
export function baseUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/fhir`;
}

/** The resource id in the request's path. */
export function pathId(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

/**
 * The Patient in the request's body, validated.
 * @throws FhirError when it is not one
 */
export function bodyPatient(request: FastifyRequest): Patient {
  const result = validatePatient(request.body);
  if ('issues' in result) throw new FhirError(400, result.issues);
  return result.patient;
}

/** Query parameters in the order they were sent, repeated ones too; of a form post, those of the body as well. */
export function searchPairs(request: FastifyRequest): readonly (readonly [string, string])[] {
  const mark = request.raw.url?.indexOf('?') ?? -1;
  const query = mark === -1 ? '' : (request.raw.url ?? '').slice(mark + 1);
  const form = request.body instanceof URLSearchParams ? [...request.body] : [];
  return [...new URLSearchParams(query), ...form];
}

/** `Prefer: handling=lenient, return=minimal` */
export function prefers(request: FastifyRequest, preference: string): boolean {
  const header = [request.headers['prefer'] ?? []].flat().join(',');
  return header.split(/[,;]/u).some((part) => part.replaceAll(/[\s"]/gu, '').toLowerCase() === preference);
}

/** The version in `W/"3"`. Throws for a header that is not one of this server's ETags. */
export function versionOfETag(header: string, name: string): number {
  const version = /^(?:W\/)?"(\d{1,9})"$/u.exec(header.trim())?.[1];
  if (!version) throw refusal(400, 'invalid', `${name} must be one ETag of this server, such as W/"1".`);
  return Number(version);
}
