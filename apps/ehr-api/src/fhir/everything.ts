import { dateRange } from '@ehr/fhir';
import { compartmentParameters, type Include, isResourceType } from '@ehr/fhir/server';
import { type Everything, findEverything } from '../store/find-everything.ts';
import { findIncluded } from '../store/find-included.ts';
import { readResource } from '../store/read-resources.ts';
import type { Place } from '../store/search/place.ts';
import type { Context, FhirRequest, FhirResponse, Pair } from './exchange.ts';
import { refusal } from './fhir-error.ts';
import { answerWith, askedFor, linksOf, placeOf, refused } from './search.ts';
import { subjectOf } from './subject.ts';

/** What a match refers to, whatever by. */
const ALL: Include = { direction: 'to', type: null, parameter: null, target: null, iterate: false };

const PARAMETERS = ['_type', '_since', 'start', 'end', '_count', '_after'];

/**
 * http://hl7.org/fhir/R4/patient-operation-everything.html and the same of an encounter: all that belongs to it, and beside it
 * what that refers to, such as practitioners and organizations. `Patient/1/*` is the patient's compartment alone.
 */
export async function everything(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { type, id } = subjectOf(request.path);
  const { pairs, shape } = askedFor(request);
  const found = id === null ? undefined : await readResource(context, type, id);
  if (found === undefined || found.deleted)
    throw refusal(found === undefined ? 404 : 410, found === undefined ? 'not-found' : 'deleted', `There is no ${type} with this id; check it, or search.`); // prettier-ignore
  const isOperation = request.path[2] === '$everything';
  const asked: Everything = { ...read(pairs), of: type === 'Encounter' ? type : 'Patient', id: found.id };
  const after = pairs.find(([name]) => name === '_after')?.[1];
  const own = pairs.filter(([name]) => name !== '_after');
  const place = placeOf<Place>(context, request, own, after);
  try {
    const page = await findEverything(context, asked, place);
    const beside = isOperation
      ? await findIncluded(context, page.matches, [ALL], context.settings.search.includes)
      : [];
    // What belongs to a patient is on a page of its own, in its turn.
    const included = beside.filter((one) => compartmentParameters(one.type).length === 0);
    const links = linksOf(context, request, { shown: [...own, ...shape], used: own, after: after }, page);
    return answerWith(request, shape, { matches: page.matches, included, total: undefined, links });
  } catch (error) {
    throw refused(error);
  }
}

/** @throws FhirError 400 for a parameter that is none, or has no such value */
function read(pairs: readonly Pair[]): Omit<Everything, 'of' | 'id'> {
  for (const [name] of pairs)
    if (!PARAMETERS.includes(name))
      throw refusal(400, 'not-supported', `There is no such parameter here; known are ${PARAMETERS.slice(0, -1).join(', ')}.`); // prettier-ignore
  const one = (name: string) => pairs.find(([key]) => key === name)?.[1];
  const time = (name: string, end: 'low' | 'high'): number | null => {
    const value = one(name);
    if (value === undefined) return null;
    const range = dateRange(value);
    if (range === undefined) throw refusal(400, 'invalid', `${name} is not a date that exists, such as 2026-05-17.`, `http.${name}`); // prettier-ignore
    return range[end];
  };
  const types = one('_type')?.split(',') ?? null;
  if (types !== null && !types.every(isResourceType))
    throw refusal(400, 'invalid', '_type must name types of resources, such as Observation,Condition.', 'http._type'); // prettier-ignore
  const count = one('_count') ?? '100';
  if (!/^[1-9]\d{0,5}$/u.test(count)) throw refusal(400, 'invalid', '_count must be a whole number, 1 to 1000.', 'http._count'); // prettier-ignore
  return {
    types,
    since: time('_since', 'low'),
    from: time('start', 'low'),
    until: time('end', 'high'),
    count: Math.min(Number(count), 1000),
  };
}
