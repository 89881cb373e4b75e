import type { Migration } from './migration.ts';

/**
 * `pk` grows with every new resource and never changes, which makes it the order of search results: pages stay
 * stable while records are updated. The index tables hold one ordered row per searchable value, found by one
 * range read of a covering index.
 */
export const createResources: Migration = {
  name: '0001-resources',
  statements: [
    `create table resource (
       pk bigint generated always as identity primary key,
       type text not null,
       id text collate "C" not null,
       version integer not null,
       last_updated timestamptz not null,
       content jsonb not null,
       unique (type, id)
     )`,
    'create index resource_newest on resource (type, pk desc)',
    `create table resource_history (
       pk bigint not null references resource (pk),
       version integer not null,
       method text not null,
       last_updated timestamptz not null,
       content jsonb not null,
       primary key (pk, version)
     )`,
    `create table search_string (
       type text not null,
       param text not null,
       value text collate "C" not null,
       exact text collate "C",
       pk bigint not null references resource (pk)
     )`,
    'create index search_string_value on search_string (type, param, value, pk desc)',
    'create index search_string_pk on search_string (pk)',
    `create table search_token (
       type text not null,
       param text not null,
       hash uuid not null,
       pk bigint not null references resource (pk),
       primary key (type, param, hash, pk)
     )`,
    'create index search_token_pk on search_token (pk)',
    `create table search_date (
       type text not null,
       param text not null,
       low bigint not null,
       high bigint not null,
       pk bigint not null references resource (pk)
     )`,
    'create index search_date_range on search_date (type, param, low, high, pk desc)',
    'create index search_date_pk on search_date (pk)',
  ],
};
