import type { Migration } from './migration.ts';

/**
 * Which records are labelled as restricted, and who opened whose chart, why and until when. Who did so stays there: like the
 * audit, it is only added to. Whether a text is labelled is asked of old versions as they are read: null of what was deleted.
 */
export const breakGlass: Migration = {
  name: '0008-break-glass',
  statements: [
    // All that is changed below at once, or not yet: see `migrate`.
    'lock table resource, audit_event in access exclusive mode',
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
    `create policy own_tenant on opened_chart
       using (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))
       with check (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))`,
    'alter table opened_chart enable row level security',
  ],
};
