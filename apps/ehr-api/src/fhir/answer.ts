import { type AuditEntry, recordAudit } from '../audit/record-audit.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
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
  { path }: FhirRequest,
  response: FhirResponse,
): readonly AuditEntry[] {
  const { type } = subjectOf(path);
  const touched = response.touched ?? [];
  const entries = touched.map((one): AuditEntry => ({ action: code, resourceType: one.type, resourceId: one.id, outcome: 'success' })); // prettier-ignore
  // That nothing was found is something that was seen.
  return entries.length > 0
    ? entries
    : [{ action: code, resourceType: type, resourceId: null, outcome: 'success' }];
}

function refusedAs({ method, path }: FhirRequest, { status }: FhirError): readonly AuditEntry[] {
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
  return [{ action: code, resourceType: type, resourceId: id, outcome }];
}
