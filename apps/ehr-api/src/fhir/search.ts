import { parseSearch, type Search, searchParametersOf } from '@ehr/fhir/server';
import { countResources, findResources, type Page } from '../store/find-resources.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import type { Context, FhirRequest, FhirResponse, Pair } from './exchange.ts';
import { FhirError } from './fhir-error.ts';
import { type Link, printBundle, wholeOf } from './print-bundle.ts';
import { subjectOf } from './subject.ts';
import { shapeOf, shapes, subsetOf } from './subset.ts';

/** http://hl7.org/fhir/R4/http.html#search of a type, by GET and by form post: parameters of both count. */
export async function search(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { type, patient } = subjectOf(request.path);
  const form = request.body?.kind === 'form' ? request.body.pairs : [];
  const pairs = [...request.query, ...form];
  const isShape = ([name]: Pair) => shapes.some((shape) => shape === name);
  const shape = pairs.filter(isShape);
  const parsed = parseSearch(
    pairs.filter((pair) => !isShape(pair)),
    {
      parameters: searchParametersOf(type),
      now: context.now(),
      lenient: /(?:^|[,;])\s*handling\s*=\s*"?lenient/u.test(request.conditions.prefer ?? ''),
    },
  );
  if ('issues' in parsed) throw new FhirError(400, parsed.issues);
  const asked: Search =
    patient === null
      ? parsed.search
      : { ...parsed.search, criteria: [{ type: 'compartment', patient }, ...parsed.search.criteria] };
  const wantsCount = shapeOf(shape).summary === 'count' || asked.count === 0;
  const page: Page = wantsCount ? { matches: [] } : await findResources(context, type, asked);
  const total =
    wantsCount || asked.total === 'accurate' ? await countResources(context, type, asked) : undefined;
  const used = [...asked.used, ...shape];
  const links = (): Link[] => [
    linkOf('self', request, used, asked.after),
    ...(page.next ? [linkOf('next', request, used, page.next)] : []),
  ];
  const head = { type: 'searchset', ...(total !== undefined && { total }) };
  const entries = page.matches.map((match) => entryOf(match, request.base, shape));
  const touched = page.matches.map(({ id }) => ({ type, id }));
  return { status: 200, body: await wholeOf(printBundle(head, entries, links)), touched };
}

function entryOf({ type, id, content }: StoredVersion, base: string, shape: readonly Pair[]): string {
  return `{"fullUrl":"${base}/${type}/${id}","resource":${subsetOf(shape, content)},"search":{"mode":"match"}}`;
}

function linkOf(
  relation: string,
  { base, path }: FhirRequest,
  used: Search['used'],
  after: string | undefined,
): Link {
  const query = new URLSearchParams(used.map(([name, value]): [string, string] => [name, value]));
  if (after) query.append('_after', after);
  const address = path.filter((segment) => segment !== '_search').join('/');
  return { relation, url: `${base}/${address}${query.size > 0 ? `?${query.toString()}` : ''}` };
}
