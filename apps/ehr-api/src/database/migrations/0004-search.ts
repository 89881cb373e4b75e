import type { Migration } from './migration.ts';

/**
 * What all parameters of R4 are searched by: amounts, parts of composites (`element` says which stand together), and tokens by
 * their system alone. `indexed` tells which resources have these rows: those written before have 0 until they are reindexed.
 */
export const searchByAll: Migration = {
  name: '0004-search',
  statements: [
    // All that is changed below at once, or not yet: see `migrate`.
    'lock table resource, search_token, search_string, search_date, search_reference in access exclusive mode',
    'alter table search_token add column element smallint',
    'alter table search_string add column element smallint',
    'alter table search_date add column element smallint',
    'alter table search_reference add column element smallint',
    'create index search_token_system on search_token (tenant_id, param_id, system, sort desc, pk desc) where system <> 0',
    // As they stand (`low` to `high`), and in base units; `unit` and `code` are hashes, `base` that of the base units.
    `create table search_quantity (
       tenant_id smallint not null,
       param_id integer not null,
       low float8 not null,
       high float8 not null,
       base bigint not null,
       base_low float8 not null,
       base_high float8 not null,
       code bigint not null,
       unit bigint not null,
       element smallint,
       pk bigint not null
     )`,
    'create index search_quantity_base on search_quantity (tenant_id, param_id, base, base_low, base_high, pk)',
    'create index search_quantity_value on search_quantity (tenant_id, param_id, low, pk)',
    'create index search_quantity_pk on search_quantity (pk)',
    `alter table search_quantity set (
       autovacuum_vacuum_insert_scale_factor = 0.02,
       autovacuum_vacuum_scale_factor = 0.05,
       autovacuum_analyze_scale_factor = 0.02
     )`,
    'alter table resource add column indexed smallint not null default 0',
    'create index resource_unindexed on resource (pk) where indexed = 0 and not deleted',
  ],
};
