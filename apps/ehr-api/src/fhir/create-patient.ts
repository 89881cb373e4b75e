import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { createResource } from '../store/create-resource.ts';
import { refusal } from './fhir-error.ts';
import { bodyPatient, callerOf } from './http-request.ts';
import { sendWritten } from './send-resource.ts';

/** http://hl7.org/fhir/R4/http.html#create. The server chooses the id, whatever the body says. */
export async function createPatient(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  // Ignoring the condition would make the duplicate it was sent to prevent.
  if (request.headers['if-none-exist'] !== undefined)
    throw refusal(
      501,
      'not-supported',
      'If-None-Exist is not supported; search first, then create without it.',
    );
  const stored = await createResource(database, callerOf(request), bodyPatient(request), randomUUID());
  return sendWritten(request, reply, 201, stored);
}
