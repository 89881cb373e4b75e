import { hash } from 'node:crypto';
import { parseSearch, type Search } from '@ehr/fhir/server';
import { findIncluded, TooManyIncluded } from '../store/find-included.ts';
import {
  countResources,
  findResources,
  type Page,
  PlaceLost,
  TooManyToSort,
} from '../store/find-resources.ts';
import type { Place } from '../store/search/place.ts';
import type { FoundResource } from '../store/stored-version.ts';
import type { Context, FhirRequest, FhirResponse, Pair } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { type Link, printBundle } from './print-bundle.ts';
import { subjectOf } from './subject.ts';
import { shapeOf, shapes, type Subset, subsetBy } from './subset.ts';

/** http://hl7.org/fhir/R4/http.html#search of a type, by GET and by form post: parameters of both count. */
export async function search(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { type, patient } = subjectOf(request.path);
  const { pairs, shape } = askedFor(request);
  const parsed = readSearch(context, request, type, pairs);
  const asked: Search =
    patient === null
      ? parsed
      : { ...parsed, criteria: [{ type: 'compartment', patient }, ...parsed.criteria] };
  const wantsCount = shapeOf(shape).summary === 'count' || asked.count === 0;
  try {
    const page: Page = wantsCount ? { matches: [] } : await findResources(context, type, asked, placeOf<Place>(context, request, asked.used, asked.after)); // prettier-ignore
    const included = await findIncluded(context, page.matches, asked.includes, context.settings.search.includes); // prettier-ignore
    const total = wantsCount
      ? await countResources(context, type, asked)
      : await totalOf(context, type, asked, page);
    const links = linksOf(
      context,
      request,
      { shown: [...asked.used, ...shape], used: asked.used, after: asked.after },
      page,
    );
    return answerWith(request, shape, { matches: page.matches, included, total, links });
  } catch (error) {
    throw refused(error);
  }
}

/** What a request asks for: by its query and its form. */
export function askedFor({ query, body }: FhirRequest): {
  readonly pairs: readonly Pair[];
  readonly shape: readonly Pair[];
} {
  const all = [...query, ...(body?.kind === 'form' ? body.pairs : [])];
  const isShape = ([name]: Pair) => shapes.some((shape) => shape === name);
  return { pairs: all.filter((pair) => !isShape(pair)), shape: all.filter(isShape) };
}

/** @throws FhirError 400 for a search that is none */
export function readSearch(
  context: Context,
  request: FhirRequest,
  type: string,
  pairs: readonly Pair[],
): Search {
  const parsed = parseSearch(pairs, {
    type,
    now: context.now(),
    base: request.base,
    limits: context.settings.search,
    lenient: /(?:^|[,;])\s*handling\s*=\s*"?lenient/u.test(request.conditions.prefer ?? ''),
  });
  if ('issues' in parsed) throw new FhirError(400, parsed.issues);
  return parsed.search;
}

/** A place as a link has it. It is good for this search alone: what another is in the order of is something else. */
function seal(context: Context, { path }: FhirRequest, used: readonly Pair[], place: object): string {
  return context.places.seal({ place, of: nameOf(path, used) });
}

/** A search, shortly. */
function nameOf(path: readonly string[], used: readonly Pair[]): string {
  return hash('sha1', JSON.stringify([ownPath(path), used]), 'base64url');
}

/** A search by form has the address of the same search by GET. */
function ownPath(path: readonly string[]): readonly string[] {
  return path.filter((segment) => segment !== '_search');
}

/** Where a page begins. @throws FhirError 400 for a link that is none of ours, or of another search */
export function placeOf<P>(
  context: Context,
  { path }: FhirRequest,
  used: readonly Pair[],
  after: string | undefined,
): P | undefined {
  if (after === undefined) return undefined;
  const opened = context.places.open(after) as { place: P; of: string } | undefined;
  if (opened === undefined || opened.of !== nameOf(path, used)) throw lost();
  return opened.place;
}

/** A link that leads to no page. */
function lost(): FhirError {
  return refusal(
    400,
    'invalid',
    'Search parameter _after is not from a link of this search, or that is no longer valid; start without it.',
    'http._after',
  );
}

/** What a search ran into, as clients are told of it. */
export function refused(error: unknown): unknown {
  if (error instanceof PlaceLost) return lost();
  if (error instanceof TooManyToSort)
    return refusal(
      400,
      'too-costly',
      'More match than can be put in this order; narrow the search, or sort by one parameter that is a text, a date or a number.',
      'http._sort',
    );
  if (error instanceof TooManyIncluded)
    return refusal(
      400,
      'too-costly',
      'More would be included than a page has room for; ask for fewer matches (_count), or include less.',
      'http._include',
    );
  return error;
}

/** So far an estimate is counted; what is more is told as that. */
const MOST_COUNTED = 10_000;

async function totalOf(
  context: Context,
  type: string,
  asked: Search,
  { matches, next, previous }: Page,
): Promise<number | undefined> {
  if (asked.total === 'none') return undefined;
  if (next === undefined && previous === undefined && asked.after === undefined) return matches.length;
  return countResources(context, type, asked, asked.total === 'estimate' ? MOST_COUNTED : null);
}

/** What a page of results holds. */
interface Results {
  readonly matches: readonly FoundResource[];
  readonly included: readonly FoundResource[];
  readonly total: number | undefined;
  readonly links: readonly Link[];
}

/** The answer to a search. */
export function answerWith(
  { base }: FhirRequest,
  shape: readonly Pair[],
  { matches, included, total, links }: Results,
): FhirResponse {
  const head = { type: 'searchset', ...(total !== undefined && { total }) };
  const subset = subsetBy(shape);
  const entries = [
    ...matches.map((one) => entryOf(one, base, subset, 'match')),
    ...included.map((one) => entryOf(one, base, subset, 'include')),
  ];
  return { status: 200, body: printBundle(head, entries, links), touched: [...matches, ...included] };
}

function entryOf(
  { type, id, content }: FoundResource,
  base: string,
  subset: Subset,
  mode: 'match' | 'include',
): string {
  return `{"fullUrl":"${base}/${type}/${id}","resource":${subset(content)},"search":{"mode":"${mode}"}}`;
}

/** What a page's links say: what was asked, also of the shape; what of it makes the search; and where this page begins. */
interface Linked {
  readonly shown: readonly Pair[];
  readonly used: readonly Pair[];
  readonly after: string | undefined;
}

/** The links of a page: itself, the first, and those beside it by where they begin. */
export function linksOf(
  context: Context,
  request: FhirRequest,
  { shown, used, after }: Linked,
  { previous, next }: { readonly previous?: object; readonly next?: object },
): readonly Link[] {
  const address = ownPath(request.path).join('/');
  const link = (relation: string, place: string | undefined): Link => {
    const query = new URLSearchParams(shown.map(([name, value]): [string, string] => [name, value]));
    if (place !== undefined) query.append('_after', place);
    return { relation, url: `${request.base}${address === '' ? '' : `/${address}`}${query.size > 0 ? `?${query.toString()}` : ''}` }; // prettier-ignore
  };
  const beside = (relation: string, place: object | undefined) =>
    place === undefined ? [] : [link(relation, seal(context, request, used, place))];
  return [
    link('self', after),
    link('first', undefined),
    ...beside('previous', previous),
    ...beside('next', next),
  ];
}
