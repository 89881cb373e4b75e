import type { Patient } from 'fhir/r4';
import { type AuditEntry, type Caller, recordAudit } from '../audit/record-audit.ts';
import type { Database, Queryable } from '../database/database.ts';
import { insertResource } from './create-resource.ts';
import { type ResourceRow, type StoredResource, toStoredResource } from './stored-resource.ts';
import { writeVersion } from './write-version.ts';

/** What came of an update: created, updated, or refused because the version is another one. */
export type UpdateResult =
  | { readonly kind: 'created' | 'updated'; readonly stored: StoredResource }
  | { readonly kind: 'version-mismatch' };

/**
 * Stores the next version of a record, or its first when the id is new. With `expectedVersion` only if that is
 * the current one.
 */
export function updateResource(
  database: Database,
  caller: Caller,
  patient: Patient,
  id: string,
  expectedVersion: number | undefined,
): Promise<UpdateResult> {
  return database.transaction(async (transaction) => {
    const result = await write(transaction, patient, id, expectedVersion);
    const outcome: AuditEntry['outcome'] = result.kind === 'version-mismatch' ? 'conflict' : 'success';
    const action = result.kind === 'created' ? 'create' : 'update';
    await recordAudit(transaction, caller, {
      action,
      resourceType: patient.resourceType,
      resourceIds: [id],
      outcome,
    });
    return result;
  });
}

async function write(
  transaction: Queryable,
  patient: Patient,
  id: string,
  expectedVersion: number | undefined,
): Promise<UpdateResult> {
  if (expectedVersion === undefined) {
    const stored = await insertResource(transaction, patient, id, 'PUT');
    if (stored) return { kind: 'created', stored };
  }
  // The row stays locked until the transaction ends: of two updates at once the second sees the first.
  const [current] = await transaction.query<{ pk: string; version: number }>(
    'select pk::text as pk, version from resource where type = $1 and id = $2 for update',
    [patient.resourceType, id],
  );
  if (!current || (expectedVersion !== undefined && current.version !== expectedVersion))
    return { kind: 'version-mismatch' };
  const number = current.version + 1;
  const [row] = await transaction.query<ResourceRow>(
    `update resource set version = $2, content = $3, last_updated = date_trunc('milliseconds', clock_timestamp())
     where pk = $1 returning id, version, last_updated, content`,
    [current.pk, number, JSON.stringify(patient)],
  );
  if (!row) throw new Error('A locked row was gone.');
  await writeVersion(
    transaction,
    current.pk,
    { number, method: 'PUT', lastUpdated: row.last_updated },
    patient,
  );
  return { kind: 'updated', stored: toStoredResource(row) };
}
