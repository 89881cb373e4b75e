import type { ResourceBody } from '../store/write-resources.ts';
import type { Body, FhirRequest } from './exchange.ts';

/** What a Binary holds, for who did not ask for FHIR (http://hl7.org/fhir/R4/binary.html#rest); undefined for who did. */
export function rawContent(
  { conditions, query }: FhirRequest,
  content: string,
): { readonly contentType: string; readonly data: Buffer } | undefined {
  const accept = conditions.accept ?? '';
  const wantsFhir = /json|fhir/iu.test(accept) || query.some(([name]) => name === '_format');
  if (wantsFhir || accept === '') return undefined;
  const { contentType, data = '' } = JSON.parse(content) as { contentType: string; data?: string };
  const wants = accept.split(',').map((range) => range.split(';')[0]?.trim() ?? '');
  const [group = ''] = contentType.split('/');
  if (!wants.some((range) => ['*/*', `${group}/*`, contentType].includes(range))) return undefined;
  return { contentType, data: Buffer.from(data, 'base64') };
}

/** The Binary that raw content is stored as. */
export function binaryOf(
  { contentType, data }: Extract<Body, { kind: 'binary' }>,
  id?: string,
): ResourceBody {
  const text = data.toString('base64');
  const own = { contentType, ...(text !== '' && { data: text }) };
  return {
    value: { resourceType: 'Binary', ...(id !== undefined && { id }), ...own },
    text: { members: JSON.stringify(own).slice(1, -1), meta: '' },
  };
}
