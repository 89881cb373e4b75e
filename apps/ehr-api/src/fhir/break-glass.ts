import { validateResource } from '@ehr/fhir/server';
import type { Parameters } from 'fhir/r4';
import { openChart } from '../store/opened-charts.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';

/** Characters of a reason. */
const [SHORTEST, LONGEST] = [5, 500];
/** Where nobody says how long. */
const MINUTES = 60;

/**
 * `POST Patient/1/$break-glass`: for some minutes the records of this patient that are labelled as restricted are there for who
 * asks, as if they were not. It allows nothing else that their role and scopes do not. That it was done is a security alert in the
 * audit.
 * @throws FhirError 403 for who may not, 400 without a reason, 404 where there is no such patient of their tenant
 */
export async function breakGlass(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { restricted, opensCharts } = context.access;
  if (restricted === null || !opensCharts)
    throw refusal(403, 'forbidden', 'You may not break the glass: it takes the role of a clinician, and a scope such as user/Patient.r.'); // prettier-ignore
  const [, patient = ''] = request.path;
  const { reason, minutes } = parametersOf(request, context.settings.breakGlassMinutes);
  const until = await openChart(context, restricted, { patient, reason, minutes });
  if (until === null)
    throw refusal(404, 'not-found', 'There is no Patient with this id; check it, or search.');
  const answer: Parameters = { resourceType: 'Parameters', parameter: [{ name: 'until', valueInstant: until.toISOString() }] }; // prettier-ignore
  return { status: 200, body: JSON.stringify(answer), reason };
}

/** @throws FhirError */
function parametersOf(
  { body }: FhirRequest,
  most: number,
): { readonly reason: string; readonly minutes: number } {
  if (body?.kind !== 'json')
    throw refusal(400, 'required', 'Send Parameters with a reason, and minutes if 60 are not meant.');
  const issues = validateResource(body.value, 'Parameters');
  if (issues.length > 0) throw new FhirError(400, issues);
  const { parameter = [] } = body.value as Parameters;
  for (const { name } of parameter)
    if (name !== 'reason' && name !== 'minutes')
      throw refusal(400, 'not-supported', 'The parameters are reason and minutes; remove others.');
  const [given, ...others] = parameter.filter(({ name }) => name === 'reason');
  const reason = (given?.valueString ?? '').trim();
  if (others.length > 0 || reason.length < SHORTEST || reason.length > LONGEST)
    throw refusal(400, 'required', `reason must be one valueString of ${SHORTEST} to ${LONGEST} characters: why this chart has to be seen now.`); // prettier-ignore
  const [time, ...more] = parameter.filter(({ name }) => name === 'minutes');
  const minutes = time === undefined ? Math.min(MINUTES, most) : time.valueInteger;
  if (more.length > 0 || minutes === undefined || minutes < 1 || minutes > most)
    throw refusal(400, 'value', `minutes must be one valueInteger of 1 to ${most}.`);
  return { reason, minutes };
}
