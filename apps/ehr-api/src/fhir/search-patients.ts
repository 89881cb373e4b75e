import { parseSearch, patientSearchParameters, type Search } from '@ehr/fhir';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Bundle, BundleLink } from 'fhir/r4';
import type { Dependencies } from '../dependencies.ts';
import { type SearchPage, searchResources } from '../store/search-resources.ts';
import { FhirError } from './fhir-error.ts';
import { baseUrl, callerOf, prefers, searchPairs } from './http-request.ts';
import { sendJson } from './send-resource.ts';

/** http://hl7.org/fhir/R4/http.html#search, by GET and by form post. */
export async function searchPatients(
  { database }: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const parsed = parseSearch(searchPairs(request), {
    parameters: patientSearchParameters,
    lenient: prefers(request, 'handling=lenient'),
  });
  if ('issues' in parsed) throw new FhirError(400, parsed.issues);
  const page = await searchResources(database, callerOf(request), 'Patient', parsed.search);
  return sendJson(reply, 200, searchBundle(parsed.search, page, baseUrl(request)));
}

function searchBundle(search: Search, page: SearchPage, base: string): Bundle {
  const entry = page.matches.map(({ id, resource }) => ({
    fullUrl: `${base}/Patient/${id}`,
    resource,
    search: { mode: 'match' as const },
  }));
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(page.total === undefined ? {} : { total: page.total }),
    link: [
      link('self', base, search.used, search.after),
      ...(page.next ? [link('next', base, search.used, page.next)] : []),
    ],
    ...(entry.length > 0 ? { entry } : {}),
  };
}

function link(relation: string, base: string, used: Search['used'], after: string | undefined): BundleLink {
  const query = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value]));
  if (after) query.append('_after', after);
  return { relation, url: `${base}/Patient${query.size > 0 ? `?${query.toString()}` : ''}` };
}
