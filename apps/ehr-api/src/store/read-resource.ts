import { type AuditEntry, type Caller, recordAudit } from '../audit/record-audit.ts';
import type { Database } from '../database/database.ts';
import { type ResourceRow, type StoredResource, toStoredResource } from './stored-resource.ts';

/** One version of a resource; `deleted` of a tombstone. */
export interface Version extends StoredResource {
  readonly method: 'POST' | 'PUT';
}

/** The current version. */
export async function readResource(
  database: Database,
  caller: Caller,
  type: string,
  id: string,
): Promise<StoredResource | undefined> {
  const [row] = await database.query<ResourceRow>(
    'select id, version, last_updated, content from resource where type = $1 and id = $2',
    [type, id],
  );
  await audit(database, caller, 'read', type, id, row !== undefined);
  return row && toStoredResource(row);
}

/** One version, also an old one. */
export async function readVersion(
  database: Database,
  caller: Caller,
  type: string,
  id: string,
  version: number,
): Promise<StoredResource | undefined> {
  const [row] = await database.query<ResourceRow>(`${VERSIONS} and h.version = $3`, [type, id, version]);
  await audit(database, caller, 'vread', type, id, row !== undefined);
  return row && toStoredResource(row);
}

/** Every version, newest first; none when there is no such record. */
export async function readHistory(
  database: Database,
  caller: Caller,
  type: string,
  id: string,
): Promise<readonly Version[]> {
  const rows = await database.query<ResourceRow & { method: Version['method'] }>(
    `${VERSIONS} order by h.version desc`,
    [type, id],
  );
  await audit(database, caller, 'history', type, id, rows.length > 0);
  return rows.map((row) => ({ ...toStoredResource(row), method: row.method }));
}

const VERSIONS = `select r.id, h.version, h.method, h.last_updated, h.content
  from resource r join resource_history h using (pk) where r.type = $1 and r.id = $2`;

async function audit(
  database: Database,
  caller: Caller,
  action: AuditEntry['action'],
  resourceType: string,
  id: string,
  found: boolean,
): Promise<void> {
  const outcome = found ? 'success' : 'not-found';
  await recordAudit(database, caller, { action, resourceType, resourceIds: [id], outcome });
}
