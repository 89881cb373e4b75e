import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { updateResource } from '../store/update-resource.ts';
import { refusal } from './fhir-error.ts';
import { bodyPatient, callerOf, pathId, versionOfETag } from './http-request.ts';
import { sendWritten } from './send-resource.ts';

/** http://hl7.org/fhir/R4/http.html#update, also with an id the client chose. */
export async function updatePatient(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const id = pathId(request);
  const patient = bodyPatient(request);
  // The validator has checked the form of the body's id, so an equal id in the path is well-formed too.
  if (patient.id !== id)
    throw refusal(
      400,
      'invalid',
      'Patient.id must be there and equal the id in the URL; correct either.',
      'Patient.id',
    );
  const ifMatch = request.headers['if-match'];
  const expected = ifMatch === undefined ? undefined : versionOfETag(ifMatch, 'If-Match');
  const result = await updateResource(database, callerOf(request), patient, id, expected);
  if (result.kind === 'version-mismatch')
    throw refusal(
      412,
      'conflict',
      'The record is not at the version If-Match names; read it again, apply the change to what is there, and retry.',
    );
  return sendWritten(request, reply, result.kind === 'created' ? 201 : 200, result.stored);
}
