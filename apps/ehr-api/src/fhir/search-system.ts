import { isResourceType, type Search } from '@ehr/fhir/server';
import { findIncluded } from '../store/find-included.ts';
import { countResources, findResources, type Page } from '../store/find-resources.ts';
import { typesInUse } from '../store/read-resources.ts';
import type { Place } from '../store/search/place.ts';
import type { FoundResource } from '../store/stored-version.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { refusal } from './fhir-error.ts';
import { demandLetter } from './permission.ts';
import { answerWith, askedFor, linksOf, placeOf, readSearch, refused } from './search.ts';
import { shapeOf } from './subset.ts';

/** Where a page of several types begins: at a type, there at a place or at its begin, or at its end. */
interface TypedPlace {
  readonly type: string;
  readonly place?: Place;
  readonly fromEnd?: true;
}

/** http://hl7.org/fhir/R4/http.html#search of several types, one after the other: `?_type=Patient,Observation&…`. */
export async function searchSystem(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { pairs, shape } = askedFor(request);
  const wanted = pairs.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','));
  if (!wanted.every(isResourceType))
    throw refusal(400, 'invalid', '_type must name types of resources, such as Patient,Observation.', 'http._type'); // prettier-ignore
  for (const type of wanted) demandLetter(context.access, type, 's');
  const types = wanted.length > 0 ? [...new Set(wanted)] : await typesInUse(context);
  const others = pairs.filter(([name]) => name !== '_type');
  const searches = new Map((types.length > 0 ? types : ['Patient']).map((type) => [type, readSearch(context, request, type, others)])); // prettier-ignore
  const [asked] = searches.values();
  if (asked === undefined) throw new Error('There is always a type.');
  if (asked.sort.length > 0 && types.length > 1)
    throw refusal(400, 'not-supported', 'Several types are answered one after the other, and are not put in one order; leave _sort out, or search one type.', 'http._sort'); // prettier-ignore
  const start = placeOf<TypedPlace>(context, request, asked.used, asked.after);
  try {
    const wantsCount = shapeOf(shape).summary === 'count' || asked.count === 0;
    const page = wantsCount ? { matches: [] } : await pageOf(context, searches, asked.count, start);
    const included = await findIncluded(context, page.matches, asked.includes, context.settings.search.includes); // prettier-ignore
    const counts = asked.total === 'none' && !wantsCount ? [] : await Promise.all([...searches].map(([type, search]) => countResources(context, type, search))); // prettier-ignore
    const total = counts.length === 0 ? undefined : counts.reduce((sum, one) => sum + one, 0);
    const used = [...pairs.filter(([name]) => name === '_type'), ...asked.used, ...shape];
    const links = linksOf(context, request, { shown: used, used: asked.used, after: asked.after }, page);
    return answerWith(request, shape, { matches: page.matches, included, total, links });
  } catch (error) {
    throw refused(error);
  }
}

interface TypedPage {
  readonly matches: readonly FoundResource[];
  readonly next?: TypedPlace;
  readonly previous?: TypedPlace;
}

/** A page over types in their order; backwards, in the opposite one. */
async function pageOf(
  context: Context,
  searches: ReadonlyMap<string, Search>,
  count: number,
  start: TypedPlace | undefined,
): Promise<TypedPage> {
  const back = start !== undefined && (start.fromEnd === true || start.place?.back === true);
  const types = [...searches.keys()];
  if (back) types.reverse();
  let matches: readonly FoundResource[] = [];
  let beyond: TypedPlace | undefined;
  let behind: TypedPlace | undefined;
  for (const type of types.slice(start === undefined ? 0 : types.indexOf(start.type))) {
    const here = type === start?.type ? start.place : undefined;
    // One more at the end of a page tells whether another follows.
    const room = Math.max(count - matches.length, 1);
    const search = { ...(searches.get(type) as Search), count: room };
    const page: Page = await findResources(context, type, search, here, back);
    const [onwards, returning] = back ? [page.previous, page.next] : [page.next, page.previous];
    if (matches.length === count) {
      if (page.matches.length === 0) continue;
      beyond = { type, ...(back && { fromEnd: true as const }) };
      break;
    }
    if (matches.length === 0 && page.matches.length > 0 && returning) behind = { type, place: returning };
    matches = back ? [...page.matches, ...matches] : [...matches, ...page.matches];
    if (onwards) {
      beyond = { type, place: onwards };
      break;
    }
  }
  behind ??= besideStart(types, start, back);
  const [next, previous] = back ? [behind, beyond] : [beyond, behind];
  return { matches, ...(next && { next }), ...(previous && { previous }) };
}

/** Where the page that this one was reached from begins, at the border of two types. */
function besideStart(
  types: readonly string[],
  start: TypedPlace | undefined,
  back: boolean,
): TypedPlace | undefined {
  const before = start && types[types.indexOf(start.type) - 1];
  return before === undefined ? undefined : { type: before, ...(!back && { fromEnd: true as const }) };
}
