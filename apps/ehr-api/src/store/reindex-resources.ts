import { binding, type Store } from './context.ts';
import { typeOf } from './ids.ts';
import { addIndexRows, noRows } from './index-rows.ts';
import { INDEXED, replaceIndexRows } from './write-resources.ts';

/** So many resources are indexed anew in one transaction: who writes one of them meanwhile waits that long. */
const PIECE = 100;

interface Row {
  readonly pk: string;
  readonly type_id: number;
  readonly id: string;
  readonly last_updated: Date;
  readonly content: string;
}

/**
 * Indexes the next few resources behind the key `after` anew, in the transaction `store.on`. Those that somebody writes at this moment are left out:
 * they are indexed by that.
 * @returns how many, and the last one's key; none is the end
 */
export async function reindexSome(
  store: Store,
  after: string,
): Promise<{ readonly count: number; readonly last: string }> {
  const { values, bind } = binding();
  const condition = `${store.access.condition('r', bind)} and not r.deleted and r.pk > ${bind(after)}::bigint`;
  const rows = await store.on.query<Row>(
    `select r.pk::text as pk, r.type_id, r.id, r.last_updated, r.content from resource r
     where ${condition} and r.indexed < ${INDEXED} order by r.pk limit ${PIECE} for update skip locked`,
    values,
  );
  const index = noRows();
  for (const { pk, type_id, id, last_updated: lastUpdated, content } of rows) {
    const resource = JSON.parse(content) as { readonly resourceType: string };
    if (resource.resourceType !== typeOf(type_id)) throw new Error('A resource is not of its type.');
    // It was taken when it had fewer rows to it; it is not refused now.
    addIndexRows(index, { pk, resource: { ...resource }, id, lastUpdated }, store.tokenHash);
  }
  const pks = rows.map(({ pk }) => pk);
  if (pks.length > 0) await replaceIndexRows(store, pks, index);
  return { count: pks.length, last: pks.at(-1) ?? after };
}

/** How many resources are not indexed as they should be. */
export async function countToReindex({ on, access }: Store): Promise<number> {
  const { values, bind } = binding();
  const [row] = await on.query<{ count: number }>(
    `select count(*)::int as count from resource r where ${access.condition('r', bind)} and not r.deleted and r.indexed < ${INDEXED}`,
    values,
  );
  return row?.count ?? 0;
}
