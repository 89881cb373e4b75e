import type { Criterion, DateMatch, DatePrefix, Search, StringMatch } from '@ehr/fhir';
import { indexedText } from './index-rows.ts';
import { tokenHash } from './token-hash.ts';

/** An SQL statement and the values of its `$1`, `$2` … */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The page (one row more than asked for tells whether another follows), and the count of all matches. */
export function compileSearch(
  type: string,
  search: Search,
): { readonly page: Statement; readonly total: Statement } {
  const values: unknown[] = [type];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['r.type = $1', ...search.criteria.map((criterion) => condition(criterion, bind))].join(
    ' and ',
  );
  const total = { sql: `select count(*)::int as total from resource r where ${where}`, values: [...values] };
  const after = search.after ? ` and r.pk < ${bind(search.after)}::bigint` : '';
  const page = `select r.pk::text as pk, r.id, r.version, r.last_updated, r.content
    from resource r where ${where}${after} order by r.pk desc limit ${bind(search.count + 1)}`;
  return { page: { sql: page, values }, total };
}

type Bind = (value: unknown) => string;

function condition(criterion: Criterion, bind: Bind): string {
  switch (criterion.type) {
    case 'id':
      return `r.id = any(${bind(criterion.anyOf)}::text[])`;
    case 'token':
      return matching('search_token', criterion, bind, [
        `s.hash = any(${bind(criterion.anyOf.map(tokenHash))}::uuid[])`,
      ]);
    case 'string':
      return matching('search_string', criterion, bind, criterion.anyOf.map((match) => stringCondition(match, bind))); // prettier-ignore
    case 'date':
      return matching(
        'search_date',
        criterion,
        bind,
        criterion.anyOf.map((match) => dateCondition(match, bind)),
      );
  }
}

function matching(
  table: 'search_string' | 'search_token' | 'search_date',
  { parameter }: { readonly parameter: string },
  bind: Bind,
  anyOf: readonly string[],
): string {
  return `r.pk in (select s.pk from ${table} s where s.type = $1 and s.param = ${bind(parameter)} and (${anyOf.join(' or ')}))`;
}

function stringCondition({ how, text }: StringMatch, bind: Bind): string {
  const value = bind(indexedText(text));
  if (how === 'contains') return `strpos(s.value, ${value}) > 0`;
  if (how === 'exact') return `(s.value = ${value} and s.exact = ${bind(text)})`;
  // In byte order everything that starts with x lies between x and x + the last character there is.
  return `(s.value >= ${value} and s.value < ${bind(`${indexedText(text)}\u{10FFFF}`)})`;
}

/** The meaning of each prefix is stated, and tested, with `datePrefixes` of the fhir library. */
const dateConditions: Readonly<Record<DatePrefix, string>> = {
  eq: 's.low >= LOW and s.high <= HIGH',
  ne: 'not (s.low >= LOW and s.high <= HIGH)',
  gt: 's.high > HIGH',
  lt: 's.low < LOW',
  ge: 's.high > HIGH or (s.low >= LOW and s.high <= HIGH)',
  le: 's.low < LOW or (s.low >= LOW and s.high <= HIGH)',
  sa: 's.low >= HIGH',
  eb: 's.high <= LOW',
};

function dateCondition({ prefix, range }: DateMatch, bind: Bind): string {
  const sql = dateConditions[prefix];
  const low = sql.includes('LOW') ? `${bind(range.low)}::bigint` : '';
  const high = sql.includes('HIGH') ? `${bind(range.high)}::bigint` : '';
  return `(${sql.replaceAll('LOW', low).replaceAll('HIGH', high)})`;
}
