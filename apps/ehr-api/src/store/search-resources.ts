import type { Search } from '@ehr/fhir';
import { type Caller, recordAudit } from '../audit/record-audit.ts';
import type { Database } from '../database/database.ts';
import { compileSearch } from '../search/compile-search.ts';
import { type ResourceRow, type StoredResource, toStoredResource } from './stored-resource.ts';

/** A page of a search's matches, and whether there are more. */
export interface SearchPage {
  readonly matches: readonly StoredResource[];
  readonly total?: number;
  /** Where the next page starts; absent on the last page. */
  readonly next?: string;
}

/** One page of matches, newest record first. */
export async function searchResources(
  database: Database,
  caller: Caller,
  resourceType: string,
  search: Search,
): Promise<SearchPage> {
  const { page, total } = compileSearch(resourceType, search);
  const rows =
    search.count === 0 ? [] : await database.query<ResourceRow & { pk: string }>(page.sql, page.values);
  const [counted] =
    search.count === 0 || search.total === 'accurate'
      ? await database.query<{ total: number }>(total.sql, total.values)
      : [];
  const shown = rows.slice(0, search.count);
  const last = shown.at(-1);
  const resourceIds = shown.map((row) => row.id);
  await recordAudit(database, caller, { action: 'search', resourceType, resourceIds, outcome: 'success' });
  return {
    matches: shown.map(toStoredResource),
    ...(counted ? { total: counted.total } : {}),
    ...(rows.length > shown.length && last ? { next: last.pk } : {}),
  };
}
