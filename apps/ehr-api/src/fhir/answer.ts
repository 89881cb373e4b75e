import { accessesTo } from '../audit/accesses-to.ts';
import { type AuditEntry, recordAudit } from '../audit/record-audit.ts';
import type { Context, FhirRequest, FhirResponse, Pair } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { type Interaction, interactionOf } from './interactions.ts';
import { demandPermission } from './permission.ts';
import { subjectOf } from './subject.ts';

/**
 * Answers a FHIR request, of HTTP or of an entry of a batch. What was shown or changed is in the audit before the answer
 * is: a write has it in its transaction, so that neither exists without the other.
 * @throws FhirError
 */
export async function answer(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const interaction = interactionOf(request.method, request.path);
  try {
    demandPermission(context.access, interaction.code, request);
    const work = async (own: Context) => {
      const response = await interaction.handle(own, request);
      await recordAudit(own, request.caller, auditOf(interaction, request, response));
      return response;
    };
    return await (interaction.writes === true ? inTransaction(context, work) : work(context));
  } catch (error) {
    if (error instanceof FhirError) await recordRefusals(context, [request], error);
    throw error;
  }
}

/** What these requests of one caller wanted is in the audit although it was refused: outside of what was taken back. */
export async function recordRefusals(
  context: Context,
  requests: readonly FhirRequest[],
  error: FhirError,
): Promise<void> {
  const [first] = requests;
  if (first === undefined) return;
  await recordAudit(
    context,
    first.caller,
    requests.flatMap((request) => refusedAs(request, error)),
  );
}

/** Somebody was not let in: whose records they wanted, and of which tenant, nobody can tell. */
export async function recordStranger(
  context: Context,
  request: FhirRequest,
  error: FhirError,
): Promise<void> {
  const entries = refusedAs(request, error).map(({ action, resourceType, outcome }) => ({ action, resourceType, resourceId: null, patients: [], outcome })); // prettier-ignore
  await recordAudit(context, request.caller, entries);
}

/** So often a transaction that another one got in the way of is begun anew. */
const TRIES = 5;

/** Serialization failure, deadlock, and an id that is taken: https://www.postgresql.org/docs/17/errcodes-appendix.html */
const IN_THE_WAY = ['40001', '40P01', '23505'];

/** Runs in a transaction; again from its start when another writer was in the way. */
export async function inTransaction<T>(context: Context, work: (context: Context) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await context.database.transaction((on) => work({ ...context, on }));
    } catch (error) {
      if (!IN_THE_WAY.includes(String((error as { code?: unknown }).code))) throw error;
      if (tries === TRIES)
        throw refusal(
          409,
          'conflict',
          'Others wrote the same records at the same time; nothing was changed. Try again.',
        );
    }
  }
}

/** What an answered request is in the audit. */
export function auditOf(
  { code }: Interaction,
  request: FhirRequest,
  response: FhirResponse,
): readonly AuditEntry[] {
  const { touched = [], reason } = response;
  const why = { ...queryOf(request), ...(reason !== undefined && { reason }) };
  if (touched.length > 0) return accessesTo(code, touched, why);
  // That nothing was found is something that was seen.
  const { type, id } = subjectOf(request.path);
  return [{ action: code, resourceType: type, resourceId: code === 'break-glass' ? id : null, patients: namedBy(request), outcome: 'success', ...why }]; // prettier-ignore
}

/** What was searched for: in the audit it may stand, in a log it may not. */
function queryOf(request: FhirRequest): { readonly query?: string } {
  const pairs = askedBy(request);
  if (pairs.length === 0) return {};
  return { query: new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString().slice(0, 4_000) }; // prettier-ignore
}

/** By its address, its form, or the condition of a create. */
function askedBy({ query, body, conditions }: FhirRequest): readonly Pair[] {
  const condition = [...new URLSearchParams(conditions['if-none-exist']?.replace(/^\?/u, '') ?? '')];
  return [...query, ...(body?.kind === 'form' ? body.pairs : []), ...condition];
}

/** The patients that a request names itself: somebody may learn of them although no record is shown, by a total. */
function namedBy(request: FhirRequest): readonly string[] {
  const { type, id, patient } = subjectOf(request.path);
  const own = patient ?? (type === 'Patient' ? id : null);
  const asked = askedBy(request).flatMap(([name, value]) => {
    const isPatient =
      /^(?:patient|subject)(?::Patient)?$/u.test(name) || (type === 'Patient' && name === '_id');
    return isPatient ? value.split(',') : [];
  });
  const ids = asked.flatMap((value) => /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/u.exec(value)?.[1] ?? []);
  return [...new Set([...(own === null ? [] : [own]), ...ids])].slice(0, 100);
}

function refusedAs(request: FhirRequest, { status }: FhirError): readonly AuditEntry[] {
  const { method, path } = request;
  let code: string;
  try {
    ({ code } = interactionOf(method, path));
  } catch {
    // No interaction, so nobody's records.
    return [];
  }
  const { type, id } = subjectOf(path);
  const outcome =
    status === 404 || status === 410
      ? 'not-found'
      : status === 409 || status === 412
        ? 'conflict'
        : 'refused';
  return [{ action: code, resourceType: type, resourceId: id, patients: namedBy(request), outcome, ...queryOf(request) }]; // prettier-ignore
}
