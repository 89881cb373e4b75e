import type { Patient } from 'fhir/r4';
import type { Queryable } from '../database/database.ts';
import { indexRows } from '../search/index-rows.ts';

/** Adds the version to the history and replaces the record's search rows. */
export async function writeVersion(
  transaction: Queryable,
  pk: string,
  version: { readonly number: number; readonly method: 'POST' | 'PUT'; readonly lastUpdated: Date },
  patient: Patient,
): Promise<void> {
  await transaction.query(
    'insert into resource_history (pk, version, method, last_updated, content) values ($1, $2, $3, $4, $5)',
    [pk, version.number, version.method, version.lastUpdated, JSON.stringify(patient)],
  );
  if (version.number > 1)
    for (const table of ['search_string', 'search_token', 'search_date'])
      await transaction.query(`delete from ${table} where pk = $1`, [pk]);
  await writeIndexRows(transaction, pk, patient);
}

async function writeIndexRows(transaction: Queryable, pk: string, patient: Patient): Promise<void> {
  const { strings, tokens, dates } = indexRows(patient);
  const type = patient.resourceType;
  if (strings.length > 0)
    await transaction.query(
      `insert into search_string (type, param, value, exact, pk)
       select $1, u.param, u.value, u.exact, $2
       from unnest($3::text[], $4::text[], $5::text[]) as u (param, value, exact)`,
      [type, pk, ...columns(strings, ['param', 'value', 'exact'])],
    );
  if (tokens.length > 0)
    await transaction.query(
      `insert into search_token (type, param, hash, pk)
       select $1, u.param, u.hash::uuid, $2 from unnest($3::text[], $4::text[]) as u (param, hash)
       on conflict do nothing`,
      [type, pk, ...columns(tokens, ['param', 'hash'])],
    );
  if (dates.length > 0)
    await transaction.query(
      `insert into search_date (type, param, low, high, pk)
       select $1, u.param, u.low::bigint, u.high::bigint, $2
       from unnest($3::text[], $4::text[], $5::text[]) as u (param, low, high)`,
      [type, pk, ...columns(dates, ['param', 'low', 'high'])],
    );
}

function columns<Row>(rows: readonly Row[], names: readonly (keyof Row)[]): Row[keyof Row][][] {
  return names.map((name) => rows.map((row) => row[name]));
}
