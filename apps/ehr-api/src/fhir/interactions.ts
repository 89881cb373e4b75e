import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { createPatient } from './create-patient.ts';
import { patientHistory, readPatient, readPatientVersion } from './read-patient.ts';
import { searchPatients } from './search-patients.ts';
import { updatePatient } from './update-patient.ts';

/** A FHIR interaction: its route and what answers it. */
export interface Interaction {
  /** http://hl7.org/fhir/restful-interaction */
  readonly code: 'read' | 'vread' | 'update' | 'history-instance' | 'create' | 'search-type';
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly handle: (
    dependencies: Dependencies,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<unknown>;
}

/** What this server does with a Patient: the routes and the CapabilityStatement are both made from this table. */
export const patientInteractions: readonly Interaction[] = [
  { code: 'search-type', method: 'GET', path: '/Patient', handle: searchPatients },
  { code: 'search-type', method: 'POST', path: '/Patient/_search', handle: searchPatients },
  { code: 'create', method: 'POST', path: '/Patient', handle: createPatient },
  { code: 'read', method: 'GET', path: '/Patient/:id', handle: readPatient },
  { code: 'update', method: 'PUT', path: '/Patient/:id', handle: updatePatient },
  { code: 'history-instance', method: 'GET', path: '/Patient/:id/_history', handle: patientHistory },
  { code: 'vread', method: 'GET', path: '/Patient/:id/_history/:version', handle: readPatientVersion },
];
