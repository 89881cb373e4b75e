import type { Migration } from './migration.ts';

/** What is walked along: each row tells by its marks, in its index, what else its resource may be found by (`store/marks.ts`). */
const walked = [
  ['search_token', 'search_token_value', 'tenant_id, param_id, hash, sort desc, pk desc', 'system, marks'],
  ['search_reference', 'search_reference_target', 'tenant_id, target_type_id, target_id, param_id, sort desc, pk desc', 'marks'],
  ['compartment', 'compartment_chart', 'tenant_id, patient_id, type_id, sort desc, pk desc', 'marks'],
] as const; // prettier-ignore

/**
 * Rows that were written before, or are by a release before this one, have no marks: of these all is looked up, as it was, until
 * they are reindexed.
 */
export const markRows: Migration = {
  name: '0008-marks',
  statements: [
    // All that is changed below at once, or not yet: see `migrate`.
    `lock table resource, ${walked.map(([table]) => table).join(', ')} in access exclusive mode`,
    ...walked.flatMap(([table, index, columns, included]) => [
      `alter table ${table} add column marks bigint`,
      `drop index ${index}`,
      `create index ${index} on ${table} (${columns}) include (${included})`,
    ]),
    // The release before this one still asks for its own, `resource_unindexed`.
    'create index resource_unmarked on resource (pk) where indexed < 2 and not deleted',
  ],
};
