import type { Patient } from 'fhir/r4';
import { type Caller, recordAudit } from '../audit/record-audit.ts';
import type { Database, Queryable } from '../database/database.ts';
import { type ResourceRow, type StoredResource, toStoredResource } from './stored-resource.ts';
import { writeVersion } from './write-version.ts';

/** Stores a new record under `id`, as version 1. */
export function createResource(
  database: Database,
  caller: Caller,
  patient: Patient,
  id: string,
): Promise<StoredResource> {
  return database.transaction(async (transaction) => {
    const stored = await insertResource(transaction, patient, id, 'POST');
    if (!stored) throw new Error('A new random id was taken already.');
    await recordAudit(transaction, caller, {
      action: 'create',
      resourceType: patient.resourceType,
      resourceIds: [id],
      outcome: 'success',
    });
    return stored;
  });
}

/** `undefined` when the id is taken. */
export async function insertResource(
  transaction: Queryable,
  patient: Patient,
  id: string,
  method: 'POST' | 'PUT',
): Promise<StoredResource | undefined> {
  const [row] = await transaction.query<ResourceRow & { pk: string }>(
    `insert into resource (type, id, version, last_updated, content)
     values ($1, $2, 1, date_trunc('milliseconds', clock_timestamp()), $3)
     on conflict (type, id) do nothing
     returning pk::text as pk, id, version, last_updated, content`,
    [patient.resourceType, id, JSON.stringify(patient)],
  );
  if (!row) return undefined;
  await writeVersion(transaction, row.pk, { number: 1, method, lastUpdated: row.last_updated }, patient);
  return toStoredResource(row);
}
