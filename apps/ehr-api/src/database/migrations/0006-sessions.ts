import type { Migration } from './migration.ts';

/** Those with rows of tenants. */
const tables = [
  'resource',
  'resource_version',
  'search_token',
  'search_string',
  'search_date',
  'search_quantity',
  'search_reference',
  'compartment',
  'audit_event',
  'opened_chart',
];

/**
 * Who is signed in to ehr-web, and what its pages remember for a while: found by hashes of what the browser holds, and
 * sealed with it, so that nobody who reads the database could sign in as anybody.
 */
const sessions = [
  `create table web_session (
       key bytea primary key,
       who jsonb not null,
       may jsonb not null,
       sealed bytea not null,
       version int not null default 1,
       claimed timestamptz,
       idle_seconds int not null,
       expires timestamptz not null,
       ends timestamptz not null
     )`,
  "create index web_session_who on web_session ((who->>'issuer'), (who->>'agent'))",
  'create index web_session_expires on web_session (expires)',
  `create table web_note (
       key bytea primary key,
       session bytea references web_session on delete cascade,
       sealed bytea not null,
       expires timestamptz not null
     )`,
  'create index web_note_session on web_note (session)',
  'create index web_note_expires on web_note (expires)',
];

/**
 * Which records are labelled as restricted, and who opened whose chart, why and until when. Who did so stays there: like the
 * audit, it is only added to. Whether a text is labelled is asked of old versions as they are read: null of what was deleted.
 */
const openedCharts = [
  // Those written before are marked by `markRestricted`, and what the release before this one writes meanwhile as well.
  'alter table resource add column restricted boolean not null default false',
  'alter table audit_event add column reason text',
  `create function is_restricted(content text) returns boolean language sql immutable strict parallel safe as $$
       select case when strpos(content, 'v3-Confidentiality') = 0 and strpos(content, '\\u') = 0 then false else exists (
         select from json_array_elements(case json_typeof(content::json #> '{meta,security}') when 'array' then content::json #> '{meta,security}' else '[]'::json end) as label
         where label ->> 'system' = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality' and label ->> 'code' in ('R', 'V')
       ) end $$`,
  `create table opened_chart (
       pk bigint generated always as identity primary key,
       tenant_id smallint not null,
       issuer text not null,
       subject text not null,
       patient_id text collate "C" not null,
       reason text not null,
       since timestamptz not null default clock_timestamp(),
       until timestamptz not null
     )`,
  'create index opened_chart_by on opened_chart (tenant_id, issuer, subject, patient_id, until desc)',
];

/**
 * Whoever does not own the tables meets the rows of one tenant, the one that the session or the transaction was told last
 * (`ehr.tenant`); told of none, no row. It is asked for once for each statement, not for each row. The owner, by whom the release
 * before this one works, meets all as before.
 */
const policies = tables.flatMap((table) => [
  `create policy own_tenant on ${table}
     using (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))
     with check (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))`,
  `alter table ${table} enable row level security`,
]);

/** Who is signed in, whose chart was opened, and tenants kept apart by the database itself. */
export const keepSessions: Migration = {
  name: '0006-sessions',
  statements: [
    // All that is changed below at once, or not yet: see `migrate`.
    `lock table ${tables.filter((table) => table !== 'opened_chart').join(', ')} in access exclusive mode`,
    ...sessions,
    ...openedCharts,
    ...policies,
  ],
};
