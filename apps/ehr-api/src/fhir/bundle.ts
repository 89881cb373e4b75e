import { STATUS_CODES } from 'node:http';
import { operationOutcome } from '@ehr/fhir';
import { answer, recordRefusals } from './answer.ts';
import { type Asked, type Entry, readBundle } from './bundle-entries.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { etagOf } from './preconditions.ts';
import { printBundle } from './print-bundle.ts';
import { transaction } from './transaction.ts';

/** http://hl7.org/fhir/R4/http.html#transaction: a batch, or a transaction that is done as a whole or not at all. */
export async function bundle(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const { body } = request;
  if (body?.kind !== 'json' || typeof body.text !== 'string')
    throw refusal(400, 'structure', 'The body is empty; send a Bundle of type batch or transaction.');
  const asked = readBundle(context, request, body.text, body.value);
  const responses = await perform(context, asked);
  const printed = responses.map((response) => entryOf(response, request.base));
  return {
    status: 200,
    body: printBundle({ type: `${asked.type}-response` }, printed, []),
  };
}

/** What the entries come to. Where none is done, all that they asked for is in the audit as refused. @throws FhirError */
async function perform(context: Context, { type, entries, faults }: Asked): Promise<readonly FhirResponse[]> {
  try {
    if (faults.length > 0) throw new FhirError(400, faults);
    return await (type === 'transaction' ? transaction(context, entries) : batch(context, entries));
  } catch (error) {
    const requests = entries.map(({ request }) => request);
    if (error instanceof FhirError) await recordRefusals(context, requests, error);
    throw error;
  }
}

/** Each entry by itself, in their order. */
async function batch(context: Context, entries: readonly Entry[]): Promise<readonly FhirResponse[]> {
  const responses: FhirResponse[] = [];
  for (const { request } of entries) responses.push(await answer(context, request).catch(refused));
  return responses;
}

function refused(error: unknown): FhirResponse {
  if (!(error instanceof FhirError)) throw error;
  return { status: error.status, outcome: JSON.stringify(operationOutcome(error.issues)) };
}

function entryOf({ status, version, isWritten, body, outcome }: FhirResponse, base: string): string {
  const response = {
    status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    ...(version !== undefined && {
      ...(isWritten === true && {
        location: `${base}/${version.type}/${version.id}/_history/${version.version}`,
      }),
      etag: etagOf(version.version),
      lastModified: version.lastUpdated.toISOString(),
    }),
  };
  const printed = JSON.stringify(response);
  const whole = outcome === undefined ? printed : `${printed.slice(0, -1)},"outcome":${outcome}}`;
  return typeof body === 'string' ? `{"resource":${body},"response":${whole}}` : `{"response":${whole}}`;
}
