import type { Migration } from './migration.ts';

/**
 * Of an access also by whose word somebody is who they are, with what, from where, what for, and of which patient the record is:
 * a row for each record and patient. What was searched for stands in the first row of its request.
 */
export const tellWho: Migration = {
  name: '0005-audit-who',
  statements: [
    'alter table audit_event add column issuer text',
    'alter table audit_event add column client text',
    'alter table audit_event add column address text',
    'alter table audit_event add column purpose text',
    'alter table audit_event add column query text',
    'alter table audit_event add column patient_id text collate "C"',
    'create index audit_event_patient on audit_event (tenant_id, patient_id, pk desc) where patient_id is not null',
    // Rows come in the order of time: what a span of it may be in is told by little.
    'create index audit_event_recorded on audit_event using brin (recorded)',
  ],
};
