import { controlParameters, patientSearchParameters } from '@ehr/fhir';
import type { CapabilityStatement } from 'fhir/r4';
import type { Dependencies } from '../dependencies.ts';
import { patientInteractions } from './interactions.ts';

/** What this server can do, made from the tables that make it do so. */
export function capabilityStatement(
  { identity, startedAt }: Dependencies,
  base: string,
): CapabilityStatement {
  const codes = [...new Set(patientInteractions.map(({ code }) => code))];
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    software: { name: identity.service, version: identity.version },
    implementation: { description: 'EHR Connect FHIR API', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        resource: [
          {
            type: 'Patient',
            profile: 'http://hl7.org/fhir/StructureDefinition/Patient',
            interaction: codes.map((code) => ({ code })),
            versioning: 'versioned-update',
            readHistory: codes.includes('vread'),
            updateCreate: true,
            conditionalCreate: false,
            conditionalRead: 'not-match',
            conditionalUpdate: false,
            conditionalDelete: 'not-supported',
            searchParam: [
              {
                name: '_id',
                type: 'token',
                definition: 'http://hl7.org/fhir/SearchParameter/Resource-id',
                documentation: 'The logical id.',
              },
              ...patientSearchParameters.map(({ name, type, definition, documentation, modifiers }) => ({
                name,
                type,
                definition,
                documentation: [documentation, ...modifiers.map((modifier) => `:${modifier}`)].join(' '),
              })),
            ],
          },
        ],
        documentation: `Results of searches are shaped by ${controlParameters.join(', ')}.`,
      },
    ],
  };
}
