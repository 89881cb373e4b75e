import type { Criterion } from '@ehr/fhir/server';
import { auditEventOf } from '../audit/audit-event.ts';
import { auditParameters, type AuditPlace, countAudit, findAudit, NotInAudit } from '../audit/find-audit.ts';
import type { Context, FhirRequest, FhirResponse, InteractionCode } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { answerWith, askedFor, linksOf, placeOf, readSearch } from './search.ts';
import { subjectOf } from './subject.ts';
import { shapeOf, subsetBy } from './subset.ts';

/** What is done with AuditEvents: they are rows of the audit, which this server writes alone. */
export const ofAudit: Partial<Record<InteractionCode, (context: Context, request: FhirRequest) => Promise<FhirResponse>>> = { read, 'search-type': search }; // prettier-ignore

/** Of what AuditEvents do not do. */
export function notOfAudit(): FhirError {
  const diagnostics =
    'AuditEvents are written by this server alone, and never change: they are read and searched.';
  return new FhirError(405, [{ code: 'not-supported', diagnostics }], { allow: 'GET' });
}

/** That the audit was read is in the audit, in one row. */
async function read(context: Context, request: FhirRequest): Promise<FhirResponse> {
  demandAll(context, 'r');
  const [row] = await findAudit(context, [{ type: 'id', anyOf: [request.path[1] ?? ''] }], undefined, 1);
  if (row === undefined)
    throw refusal(404, 'not-found', 'There is no AuditEvent with this id; check it, or search.');
  return { status: 200, body: subsetBy(request.query)(JSON.stringify(auditEventOf(row))) };
}

async function search(context: Context, request: FhirRequest): Promise<FhirResponse> {
  demandAll(context, 's');
  const { pairs, shape } = askedFor(request);
  const asked = readSearch(context, request, 'AuditEvent', pairs);
  const { patient } = subjectOf(request.path);
  const inChart: Criterion[] = patient === null ? [] : [{ type: 'reference', parameter: 'patient', anyOf: [{ targetTypes: ['Patient'], targetId: patient }] }]; // prettier-ignore
  const criteria = [...inChart, ...asked.criteria];
  const { sort, includes, count, used, after } = asked;
  const isNewestFirst = sort.length === 0 || (sort.length === 1 && sort[0]?.name === 'date' && sort[0].descending); // prettier-ignore
  if (!isNewestFirst || includes.length > 0)
    throw refusal(
      400,
      'not-supported',
      'AuditEvents come the last first, and nothing beside them.',
      'http._sort',
    );
  const wantsCount = shapeOf(shape).summary === 'count' || count === 0;
  const place = placeOf<AuditPlace>(context, request, used, after);
  try {
    const rows = wantsCount ? [] : await findAudit(context, criteria, place, count + 1);
    const shown = rows.slice(0, count);
    const last = rows.length > count ? shown.at(-1) : undefined;
    const next: AuditPlace | undefined = last && { pk: last.pk, n: last.n };
    const total = wantsCount || asked.total !== 'none' ? await countAudit(context, criteria) : undefined;
    const matches = shown.map((row) => ({ type: 'AuditEvent', id: row.id, content: JSON.stringify(auditEventOf(row)) })); // prettier-ignore
    const links = linksOf(
      context,
      request,
      { shown: [...used, ...shape], used, after },
      next ? { next } : {},
    );
    return { ...answerWith(request, shape, { matches, included: [], total, links }), touched: [] };
  } catch (error) {
    if (!(error instanceof NotInAudit)) throw error;
    throw refusal(
      400,
      'not-supported',
      `The audit is searched by ${auditParameters.join(', ')}, without modifiers.`,
    );
  }
}

/** Who may see a part of the audit sees none: a row is about somebody else as well. */
function demandAll({ access }: Context, letter: 'r' | 's'): void {
  if (access.reach('AuditEvent', letter) === 'all') return;
  throw refusal(403, 'forbidden', 'The audit is read as a whole, with a scope such as user/AuditEvent.rs and the role of an auditor.'); // prettier-ignore
}
