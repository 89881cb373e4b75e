import type { FhirSettings } from '../config/fhir-settings.ts';
import type { Store } from '../store/context.ts';

/** Who asks, and in which request. */
export interface Caller {
  /** Unknown until sign-in exists. */
  readonly agent: string;
  readonly requestId: string;
}

/** Who did what to which resource, as it is stored. */
export interface AuditEntry {
  /** The interaction's code. */
  readonly action: string;
  readonly resourceType: string;
  /** The record that was shown or changed; null where it was none: an empty search. */
  readonly resourceId: string | null;
  readonly outcome: 'success' | 'not-found' | 'conflict' | 'refused';
}

/**
 * Adds a row for each entry. A write passes its transaction, so that neither exists without the other; a read awaits it
 * before it answers, so that nothing is shown unrecorded.
 */
export async function recordAudit(
  {
    on,
    access,
    settings,
  }: Pick<Store, 'on' | 'access'> & { readonly settings: Pick<FhirSettings, 'audits'> },
  { agent, requestId }: Caller,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0 || !settings.audits) return;
  await on.query(
    `insert into audit_event (tenant_id, agent, request_id, action, resource_type, resource_id, outcome)
     select $1::smallint, $2, $3, u.* from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as u`,
    [
      access.tenantId,
      agent,
      requestId,
      entries.map(({ action }) => action),
      entries.map(({ resourceType }) => resourceType),
      entries.map(({ resourceId }) => resourceId),
      entries.map(({ outcome }) => outcome),
    ],
    'audit',
  );
}
