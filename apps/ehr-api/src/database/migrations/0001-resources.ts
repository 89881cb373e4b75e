import type { Migration } from './migration.ts';

/**
 * Every resource is one row of `resource`, with its text as it is sent; what it said before is in `resource_version`, so
 * no body is stored twice. The other tables say by what it is found, each with an index that is read in order. `type_id`
 * and `param_id` are made of names (`store/ids.ts`). A tenant is part of every key.
 */
export const createResources: Migration = {
  name: '0001-resources',
  statements: [
    'create table tenant (id smallint primary key, name text not null unique)',
    "insert into tenant values (0, 'default')",
    // Tokens are stored as hashes: nobody outside can make two values that have the same one.
    'create table hash_key (value uuid not null default gen_random_uuid())',
    'insert into hash_key default values',
    // Each process takes blocks of a thousand keys: a row's key is known before it is written.
    'create sequence resource_block',
    `create table resource (
       pk bigint primary key,
       tenant_id smallint not null,
       type_id integer not null,
       id text collate "C" not null,
       version integer not null,
       method text not null,
       last_updated timestamptz(3) not null,
       deleted boolean not null,
       content text,
       unique (tenant_id, type_id, id)
     )`,
    // The cast keeps the planner from reading a resource by its type alone, before it knows how many there are.
    'create index resource_of_type on resource (tenant_id, (type_id::bigint), last_updated desc, pk desc)',
    `create table resource_version (
       pk bigint not null references resource (pk),
       version integer not null,
       tenant_id smallint not null,
       type_id integer not null,
       method text not null,
       last_updated timestamptz(3) not null,
       replaced_at timestamptz(3) not null,
       deleted boolean not null,
       content text,
       primary key (pk, version)
     )`,
    'create index version_of_type on resource_version (tenant_id, (type_id::bigint), last_updated desc, pk desc)',
    `create table search_token (
       tenant_id smallint not null,
       param_id integer not null,
       hash bigint not null,
       system bigint not null,
       sort bigint not null,
       pk bigint not null
     )`,
    // By the code alone; who asks for its system as well passes over the few of others.
    'create index search_token_value on search_token (tenant_id, param_id, hash, sort desc, pk desc) include (system)',
    'create index search_token_pk on search_token (pk)',
    `create table search_string (
       tenant_id smallint not null,
       param_id integer not null,
       value text collate "C" not null,
       exact text collate "C",
       pk bigint not null
     )`,
    'create index search_string_value on search_string (tenant_id, param_id, value, pk desc)',
    'create index search_string_pk on search_string (pk)',
    `create table search_date (
       tenant_id smallint not null,
       param_id integer not null,
       low bigint not null,
       high bigint not null,
       pk bigint not null
     )`,
    'create index search_date_range on search_date (tenant_id, param_id, low, high, pk desc)',
    'create index search_date_pk on search_date (pk)',
    // Of every reference, also of those that no parameter searches by (param_id 0): who refers to a resource.
    `create table search_reference (
       tenant_id smallint not null,
       target_type_id integer not null,
       target_id text collate "C" not null,
       param_id integer not null,
       sort bigint not null,
       pk bigint not null
     )`,
    'create index search_reference_target on search_reference (tenant_id, target_type_id, target_id, param_id, sort desc, pk desc)',
    'create index search_reference_pk on search_reference (pk)',
    // A patient's chart: what belongs to it, by type, newest first.
    `create table compartment (
       tenant_id smallint not null,
       patient_id text collate "C" not null,
       type_id integer not null,
       sort bigint not null,
       pk bigint not null
     )`,
    'create index compartment_chart on compartment (tenant_id, patient_id, type_id, sort desc, pk desc)',
    'create index compartment_pk on compartment (pk)',
  ],
};
