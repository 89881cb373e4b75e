import type { Migration } from './migration.ts';

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
];

/**
 * Whoever does not own the tables meets the rows of one tenant, the one that the session or the transaction was told last
 * (`ehr.tenant`); told of none, no row. It is asked for once for each statement, not for each row. The owner, by whom the release
 * before this one works, meets all as before.
 */
export const separateTenants: Migration = {
  name: '0007-tenants',
  statements: [
    // All that is changed below at once, or not yet: see `migrate`.
    `lock table ${tables.join(', ')} in access exclusive mode`,
    ...tables.flatMap((table) => [
      `create policy own_tenant on ${table}
         using (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))
         with check (tenant_id = (select nullif(current_setting('ehr.tenant', true), '')::smallint))`,
      `alter table ${table} enable row level security`,
    ]),
  ],
};
