import { controlParameters, resourceTypes, searchParametersOf } from '@ehr/fhir/server';
import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4';
import { auditParameters } from '../audit/find-audit.ts';
import type { About } from './exchange.ts';
import { interactions } from './interactions.ts';
import { shapes } from './subset.ts';

/** What this server can do, made from the tables that make it do so. */
export function capabilityStatement(
  { identity, startedAt }: About,
  base: string,
  isSecured: boolean,
): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    software: { name: identity.service, version: identity.version },
    implementation: { description: 'EHR Connect FHIR API', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        ...(isSecured && { security: SECURITY }),
        resource: resourceTypes().map(resourceOf),
        interaction: (['transaction', 'batch', 'history-system', 'search-system'] as const).map((code) => ({
          code,
        })),
        documentation: `Results are shaped by ${[...controlParameters, ...shapes.slice(1)].join(', ')}.`,
      },
    ],
  };
}

/** Where apps sign in is in `.well-known/smart-configuration` below this address. */
const SECURITY = {
  service: [
    {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
          code: 'SMART-on-FHIR',
        },
      ],
    },
  ],
  description:
    'OAuth 2.0 bearer tokens with SMART App Launch scopes; .well-known/smart-configuration tells where to get them.',
};

function resourceOf(type: string): CapabilityStatementRestResource {
  if (type === 'AuditEvent') return auditResource();
  const codes = new Set(
    interactions.flatMap(
      ({ code }) =>
      code === 'history-system' || code === 'search-system' || code === 'everything' || code === 'break-glass' ? [] : [code], // prettier-ignore
    ),
  );
  const operations = interactions.filter(({ code, path }) => path === `${type}/:id/$${code}`);
  const references = searchParametersOf(type).filter(({ kind }) => kind === 'reference');
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: [...codes].map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical'],
    searchInclude: ['*', ...references.map(({ name }) => `${type}:${name}`)],
    ...(operations.length > 0 && {
      operation: operations.map(({ code }) => ({
        name: code,
        // HL7 defines none for an emergency.
        definition:
          code === 'everything'
            ? `http://hl7.org/fhir/OperationDefinition/${type}-${code}`
            : `urn:ehr-connect:operation:${type}-${code}`,
      })),
    }),
    searchParam: [
      { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
      {
        name: '_lastUpdated',
        type: 'date',
        definition: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated',
      },
      ...searchParametersOf(type).map(({ name, kind, definition, modifiers }) => ({
        name,
        type: kind,
        definition,
        ...(modifiers.length > 0 && { documentation: modifiers.map((modifier) => `:${modifier}`).join(' ') }),
      })),
    ],
  };
}

/** What this server writes alone. */
function auditResource(): CapabilityStatementRestResource {
  const known = searchParametersOf('AuditEvent').filter(({ name }) => auditParameters.includes(name));
  return {
    type: 'AuditEvent',
    profile: 'http://hl7.org/fhir/StructureDefinition/AuditEvent',
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    versioning: 'no-version',
    documentation: 'Every access to records, written by this server alone; the last comes first.',
    searchParam: [
      { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
      ...known.map(({ name, kind, definition }) => ({ name, type: kind, definition })),
    ],
  };
}
