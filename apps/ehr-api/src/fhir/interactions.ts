import { compartmentParameters, isResourceType } from '@ehr/fhir/server';
import { notOfAudit, ofAudit } from './audit-events.ts';
import { breakGlass } from './break-glass.ts';
import { everything } from './everything.ts';
import type { Context, FhirRequest, FhirResponse, InteractionCode } from './exchange.ts';
import { methodRefused, refusal } from './fhir-error.ts';
import { history } from './history.ts';
import { read, vread } from './read.ts';
import { search } from './search.ts';
import { searchSystem } from './search-system.ts';
import { subjectOf } from './subject.ts';
import { create, patch, remove, update } from './write.ts';

/** What this server does with resources: its addresses, its CapabilityStatement and what a bundle's entries may ask for are this table. */
export interface Interaction {
  readonly code: InteractionCode;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address: `:type/:id`. */
  readonly path: string;
  readonly handle: (context: Context, request: FhirRequest) => Promise<FhirResponse>;
  /** Done in one transaction. */
  readonly writes?: true;
}

export const interactions: readonly Interaction[] = [
  { code: 'search-system', method: 'GET', path: '', handle: searchSystem },
  { code: 'search-system', method: 'POST', path: '_search', handle: searchSystem },
  { code: 'history-system', method: 'GET', path: '_history', handle: history },
  { code: 'everything', method: 'GET', path: 'Patient/:id/$everything', handle: everything },
  { code: 'everything', method: 'GET', path: 'Encounter/:id/$everything', handle: everything },
  { code: 'break-glass', method: 'POST', path: 'Patient/:id/$break-glass', handle: breakGlass, writes: true },
  { code: 'search-type', method: 'GET', path: 'Patient/:id/*', handle: everything },
  { code: 'search-type', method: 'GET', path: ':type', handle: search },
  { code: 'create', method: 'POST', path: ':type', handle: create, writes: true },
  { code: 'update', method: 'PUT', path: ':type', handle: update, writes: true },
  { code: 'patch', method: 'PATCH', path: ':type', handle: patch, writes: true },
  { code: 'delete', method: 'DELETE', path: ':type', handle: remove, writes: true },
  { code: 'search-type', method: 'POST', path: ':type/_search', handle: search },
  { code: 'history-type', method: 'GET', path: ':type/_history', handle: history },
  { code: 'read', method: 'GET', path: ':type/:id', handle: read },
  { code: 'update', method: 'PUT', path: ':type/:id', handle: update, writes: true },
  { code: 'patch', method: 'PATCH', path: ':type/:id', handle: patch, writes: true },
  { code: 'delete', method: 'DELETE', path: ':type/:id', handle: remove, writes: true },
  { code: 'search-type', method: 'GET', path: ':compartment/:id/:type', handle: search },
  { code: 'search-type', method: 'POST', path: ':compartment/:id/:type/_search', handle: search },
  { code: 'history-instance', method: 'GET', path: ':type/:id/_history', handle: history },
  { code: 'vread', method: 'GET', path: ':type/:id/_history/:version', handle: vread },
];

/** Addresses, of which one at most is that of a request, and what can be asked there. */
const places = [...Map.groupBy(interactions, ({ path }) => path)].map(([path, own]) => ({
  pattern: path.split('/').filter(Boolean),
  interactions: own,
}));

/**
 * The interaction that a request asks for.
 * @throws FhirError 404 for an address that is none, 400 for an id that cannot be one, 405 for a method that it does not take
 */
export function interactionOf(method: FhirRequest['method'], path: readonly string[]): Interaction {
  const here = places.find(({ pattern }) => matches(pattern, path))?.interactions ?? [];
  if (here.length === 0)
    throw refusal(404, 'not-found', 'There is nothing at this address; GET /fhir/metadata lists what is.');
  const id = path[1];
  const { type, patient } = subjectOf(path);
  if (here.some((one) => one.path.includes(':type')) && !isResourceType(type))
    throw refusal(404, 'not-found', 'There is no type of resource with this name in FHIR R4.');
  if (patient !== null && (path[0] !== 'Patient' || (type !== 'Patient' && compartmentParameters(type).length === 0)))
    throw refusal(404, 'not-found', 'There is no such compartment; that of a Patient has the types that HL7’s CompartmentDefinition names.'); // prettier-ignore
  if (here.some((one) => one.path.includes(':id')) && !/^[A-Za-z0-9\-.]{1,64}$/u.test(id ?? ''))
    throw refusal(400, 'value', 'An id is 1 to 64 letters, digits, "-" or "."; correct the address.');
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = here.find((one) => one.method === wanted);
  if (type === 'AuditEvent') {
    const handle = found && ofAudit[found.code];
    if (found === undefined || handle === undefined) throw notOfAudit();
    return { ...found, handle };
  }
  if (found !== undefined) return found;
  // A bundle is no interaction of its own.
  const allow = [...here.map((one) => one.method), ...(path.length === 0 ? ['POST'] : [])].join(', ');
  throw methodRefused(allow);
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((segment, index) =>
      segment.startsWith(':') ? !/^(?:[_$*]|metadata$|$)/u.test(path[index] ?? '') : segment === path[index],
    )
  );
}
