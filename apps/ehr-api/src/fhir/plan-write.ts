import { randomUUIDv7 } from 'node:crypto';
import { readResourceText, type ResourceText, validateResource } from '@ehr/fhir/server';
import { readResource } from '../store/read-resources.ts';
import type { StoredVersion, WriteMethod } from '../store/stored-version.ts';
import type { Current, ResourceBody } from '../store/write-resources.ts';
import { acceptable } from './acceptable.ts';
import { binaryOf } from './binary.ts';
import { findOne, pairsOf } from './conditional.ts';
import type { Context, FhirRequest } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { applyPatch } from './json-patch.ts';

/** What a request does to which resource, decided but for what is known once it is locked. */
export interface PlannedWrite {
  readonly type: string;
  readonly id: string;
  readonly method: WriteMethod;
  /** Nobody knows the id yet: there is nothing to lock. */
  readonly isNew: boolean;
  /** Nothing is written: this one was found instead. */
  readonly found?: StoredVersion;
  /** What the resource becomes; null deletes it. @throws FhirError */
  readonly body: (current: Current | null) => ResourceBody | null;
  readonly request: FhirRequest;
}

/** http://hl7.org/fhir/R4/http.html#create. The server chooses the id, whatever the body says: one after the other, as an index likes them. */
export async function planCreate(context: Context, request: FhirRequest): Promise<PlannedWrite> {
  const [type = ''] = request.path;
  const body = resourceIn(request, type);
  const condition = request.conditions['if-none-exist'];
  const match = condition === undefined ? undefined : await findOne(context, type, pairsOf(condition.replace(/^\?/, ''))); // prettier-ignore
  const known = match && (await readResource(context, type, match.id));
  const found = known?.deleted === false ? known : undefined;
  const id = found?.id ?? randomUUIDv7();
  const plan = { type, id, method: 'POST' as const, isNew: true, body: () => body, request };
  return found === undefined ? plan : { ...plan, found };
}

/** http://hl7.org/fhir/R4/http.html#update, also with an id that the client chose, or of what a condition finds. */
export async function planUpdate(context: Context, request: FhirRequest): Promise<PlannedWrite> {
  const [type = '', pathId] = request.path;
  const body = resourceIn(request, type, pathId);
  const bodyId = body.value['id'] as string | undefined;
  const expression = `${type}.id`;
  if (pathId !== undefined && bodyId !== pathId)
    throw refusal(
      400,
      'invalid',
      `${expression} must be there and equal the id in the URL; correct either.`,
      expression,
    );
  const found = pathId === undefined ? await findOne(context, type, request.query) : undefined;
  if (found !== undefined && bodyId !== undefined && bodyId !== found.id)
    throw refusal(
      400,
      'invalid',
      `${expression} is not that of the ${type} which the condition finds; leave it out.`,
      expression,
    );
  const id = pathId ?? found?.id ?? bodyId ?? randomUUIDv7();
  const isNew = pathId === undefined && found === undefined && bodyId === undefined;
  return { type, id, method: 'PUT', isNew, body: () => body, request };
}

/** http://hl7.org/fhir/R4/http.html#patch, as JSON Patch. */
export async function planPatch(context: Context, request: FhirRequest): Promise<PlannedWrite> {
  const [type = '', pathId] = request.path;
  const { body: sent } = request;
  if (sent?.kind !== 'patch')
    throw refusal(415, 'not-supported', 'A patch is sent as application/json-patch+json.');
  const id = pathId ?? (await findOne(context, type, request.query))?.id;
  if (id === undefined) throw refusal(404, 'not-found', `The condition finds no ${type}.`);
  const body = (current: Current | null): ResourceBody => {
    if (current === null || current.deleted)
      throw refusal(404, 'not-found', `There is no ${type} with this id to patch.`);
    return validated(applyPatch(current.content, sent.value), type, id);
  };
  return { type, id, method: 'PATCH', isNew: false, body, request };
}

/** http://hl7.org/fhir/R4/http.html#delete; what is not there needs no deleting. */
export async function planDelete(context: Context, request: FhirRequest): Promise<PlannedWrite | null> {
  const [type = '', pathId] = request.path;
  const id = pathId ?? (await findOne(context, type, request.query))?.id;
  return id === undefined ? null : { type, id, method: 'DELETE', isNew: false, body: () => null, request };
}

/** The resource in a request's body, validated. @throws FhirError 400, 415 */
function resourceIn({ body, path }: FhirRequest, type: string, id = path[1]): ResourceBody {
  if (body?.kind === 'binary') {
    if (type === 'Binary') return binaryOf(body, id);
    throw refusal(415, 'not-supported', 'Content-Type must be application/fhir+json.');
  }
  if (body?.kind !== 'json') throw refusal(400, 'structure', 'The body is empty; send the resource.');
  return validated(body, type);
}

/** @throws FhirError 400 with everything that is wrong */
function validated(
  sent: { readonly text: string | ResourceText; readonly value: unknown },
  type: string,
  id?: string,
): ResourceBody {
  const issues = validateResource(sent.value, type);
  if (issues.length > 0) throw new FhirError(400, issues);
  const value = sent.value as ResourceBody['value'];
  if (id !== undefined && value['id'] !== id)
    throw refusal(400, 'invalid', `${type}.id cannot be changed.`, `${type}.id`);
  return { value, text: typeof sent.text === 'string' ? acceptable(readResourceText, sent.text) : sent.text };
}
