import type { Migration } from './migration.ts';

const tables = [
  'resource',
  'resource_version',
  'search_token',
  'search_string',
  'search_date',
  'search_reference',
  'compartment',
];

/**
 * Searches read their order from the index alone, which PostgreSQL can do only where it has vacuumed since the rows were
 * written; by its defaults that is after a table grew by a fifth. Readers and writers go on meanwhile.
 */
export const vacuumSooner: Migration = {
  name: '0003-vacuum',
  statements: tables.map(
    (table) =>
      `alter table ${table} set (
         autovacuum_vacuum_insert_scale_factor = 0.02,
         autovacuum_vacuum_scale_factor = 0.05,
         autovacuum_analyze_scale_factor = 0.02
       )`,
  ),
};
