import type { Migration } from './migration.ts';

/**
 * An access to several records is one row, with the records and whom each is about beside each other in lists. Whom and what it is
 * about is found by hashes, that are added to a list and put into their index many at once: a row for each record costs several
 * times as much. They have no policy of tenants, for which this index would not be used: who finds an event by them has yet to meet it.
 */
export const auditPages: Migration = {
  name: '0007-audit-pages',
  statements: [
    'alter table audit_event add column resource_ids text[] collate "C", add column patient_ids text[] collate "C"',
    'create table audit_about (event bigint not null, keys bigint[] not null)',
    'create index audit_about_keys on audit_about using gin (keys) with (gin_pending_list_limit = 256)',
    `create or replace function refuse_audit_change() returns trigger language plpgsql as $$
       begin raise exception '% is append-only', tg_table_name; end $$`,
    `create trigger audit_about_append_only before update or delete on audit_about
       for each row execute function refuse_audit_change()`,
    `create trigger audit_about_no_truncate before truncate on audit_about
       for each statement execute function refuse_audit_change()`,
  ],
};
