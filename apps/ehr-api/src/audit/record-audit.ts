import type { Queryable } from '../database/database.ts';

/** Who asks, and in which request. */
export interface Caller {
  /** Unknown until sign-in exists. */
  readonly agent: string;
  readonly requestId: string;
}

/** Who did what to which resource, as it is stored. */
export interface AuditEntry {
  readonly action: 'create' | 'read' | 'vread' | 'history' | 'update' | 'search';
  readonly resourceType: string;
  /** The records that were shown or changed; of a search, those on the page. */
  readonly resourceIds: readonly string[];
  readonly outcome: 'success' | 'not-found' | 'conflict';
}

/**
 * Adds one row. A write passes its transaction, so that neither exists without the other; a read awaits it
 * before it answers, so that nothing is shown unrecorded.
 */
export async function recordAudit(on: Queryable, caller: Caller, entry: AuditEntry): Promise<void> {
  await on.query(
    `insert into audit_event (agent, action, resource_type, resource_ids, outcome, request_id)
     values ($1, $2, $3, $4, $5, $6)`,
    [caller.agent, entry.action, entry.resourceType, entry.resourceIds, entry.outcome, caller.requestId],
  );
}
