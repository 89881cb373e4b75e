import type { Migration } from './migration.ts';

/** Who did what to which record, a row for each. Append-only: the database itself refuses to change or remove one. */
export const createAudit: Migration = {
  name: '0002-audit',
  statements: [
    `create table audit_event (
       pk bigint generated always as identity primary key,
       tenant_id smallint not null,
       recorded timestamptz not null default clock_timestamp(),
       agent text not null,
       action text not null,
       resource_type text not null,
       resource_id text collate "C",
       outcome text not null,
       request_id text not null
     )`,
    'create index audit_event_resource on audit_event (tenant_id, resource_type, resource_id, recorded desc)',
    `create function refuse_audit_change() returns trigger language plpgsql as $$
       begin raise exception 'audit_event is append-only'; end $$`,
    `create trigger audit_event_append_only before update or delete on audit_event
       for each row execute function refuse_audit_change()`,
    `create trigger audit_event_no_truncate before truncate on audit_event
       for each statement execute function refuse_audit_change()`,
  ],
};
