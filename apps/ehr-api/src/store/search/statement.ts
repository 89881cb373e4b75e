import type { Search } from '@ehr/fhir/server';
import { binding } from '../context.ts';
import { typeId } from '../ids.ts';
import { openRows } from '../opened-charts.ts';
import { FOUND_COLUMNS, type FoundColumns } from '../stored-version.ts';
import { asProbe, isOfResource } from './conditions.ts';
import { behind, orderBy, type OrderColumn, type Ordered, textOf } from './order.ts';
import type { Place } from './place.ts';
import { keysIn } from './ranges.ts';
import type { Where } from './rows.ts';
import type { Bind } from './values.ts';
import type { Walk } from './walks.ts';

/** A row of a page, and where it stands. */
export interface FoundRow {
  readonly row: FoundColumns;
  readonly phase: 0 | 1;
  /** What it is put in order by, as one text: `placeText`. */
  readonly at: string;
}

/** Where along an order to begin, and in which direction to go. */
export interface Along {
  readonly ordered: Ordered;
  readonly walk: Walk;
  readonly place: Place | undefined;
  /** What changed since is left out, where a later page is read. */
  readonly asOf: number | undefined;
  readonly back: boolean;
}

/** A statement and its values. */
export interface Statement {
  readonly sql: string;
  readonly values: unknown[];
}

/** SQL: what a row is put in order by, as one text: only those of a page's first and last match are read. */
export function placeText(
  columns: readonly OrderColumn[],
  name: (index: number, sql: string) => string,
): string {
  const texts = columns.map(({ type, sql }, index) => textOf(type, name(index, sql)));
  // Of numbers without JSON, which takes PostgreSQL a tenth of a page's time.
  if (columns.every(({ type }) => type !== 'text')) return texts.join(` || ' ' || `);
  return `array_to_json(array[${texts.join(', ')}])::text`;
}

/** What `placeText` is of. */
export function placeOf(text: string): readonly string[] {
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(' ');
}

/** The statement for some matches along an order. */
export function statementAlong(where: Where, search: Search, along: Along, count: number): Statement {
  const { values, bind } = binding();
  const { ordered, place, asOf, back } = along;
  const limit = `limit ${bind(count)}::int`;
  const texts = (name: (index: number, sql: string) => string) =>
    `${placeText(ordered.columns, name)} as at${asOf === undefined ? newest(where, bind) : ''}`;
  const bySql = (index: number) => ordered.columns[index]?.sql ?? '';
  if (ordered.ranges !== null) {
    const columns = `${FOUND_COLUMNS}, ${texts((index) => `d.k${index}`)}`;
    const order = orderBy(ordered, back, (index) => `d.k${index}`);
    return {
      sql: `select ${columns} from ${rowsAlong(where, search, along, bind)} ${order} ${limit}`,
      values,
    };
  }
  const { walk } = along;
  const isById = walk.kind === 'collected' && walk.criterion.type === 'id';
  const conditions = [
    ...(isById || bySql(0) === 'r.id' ? ofTypeAlone(where, bind) : ofType(where, bind)),
    ...ordered.conditions.map((one) => asProbe(one, where, bind)),
    ...search.criteria.map((criterion) => asProbe(criterion, where, bind)),
    ...(asOf === undefined ? [] : [before(asOf, bind)]),
    ...(place ? [behind(ordered, place.at, back, bind)] : []),
  ];
  const columns = `${FOUND_COLUMNS}, ${texts((_index, sql) => sql)}`;
  const order = `${orderBy(ordered, back, bySql)} ${limit}`;
  const keys = walk.kind === 'collected' && !isById ? keysIn(walk.criterion, where, bind) : '';
  const from = keys === '' ? `resource r where ${conditions.join(' and ')}` : each(keys, conditions);
  return { sql: `select ${columns} from ${from} ${order}`, values };
}

/**
 * The resources `r` along index rows `d`, in their order. What is asked of index rows comes before the resource is read, the
 * time of its last change after it.
 */
function rowsAlong(where: Where, search: Search, along: Along, bind: Bind): string {
  const { ordered, walk, place, asOf, back } = along;
  const driver = walk.kind === 'criterion' ? walk.criterion : undefined;
  const asked = search.criteria.filter((one) => one !== driver);
  const besides = ordered.marks ? ', s.marks' : '';
  const next = place ? `and ${behind(ordered, place.at, back, bind)}` : '';
  const names = ordered.columns.map(({ sql }, index) => `${sql} as k${index}`).join(', ');
  const walks = (ordered.ranges?.(bind) ?? []).map(
    (range) => `(select ${names}, s.pk${besides} from ${range} ${next} ${orderBy(ordered, back, (index) => ordered.columns[index]?.sql ?? '')} offset 0)`, // prettier-ignore
  );
  const keys = ordered.columns.map((_column, index) => `s.k${index}`).join(', ');
  const rows = `select distinct on (${keys}) ${keys}, s.pk${besides} from (${walks.join(' union all ')}) s ${orderBy(ordered, back, (index) => `s.k${index}`)}`;
  const known = ordered.marks ? 'd.marks is not null or ' : '';
  const ofRows = [
    ...(ordered.marks?.(bind) ?? []),
    ...ordered.conditions.map((one) => `(${known}${asProbe(one, where, bind, 'd')})`),
    ...asked
      .filter((one) => !isOfResource(one))
      .map((one) => {
        const told = ordered.told?.(one, bind);
        const found = asProbe(one, where, bind, 'd');
        return told === undefined ? found : `(${told} or ${found})`;
      }),
  ];
  const met =
    ofRows.length === 0
      ? rows
      : `select d.* from (${rows}) d where ${ofRows.join(' and ')} ${orderBy(ordered, back, (index) => `d.k${index}`)} offset 0`;
  return each(met, [
    ...ofType(where, bind),
    ...asked.filter(isOfResource).map((one) => asProbe(one, where, bind)),
    ...(asOf === undefined ? [] : [before(asOf, bind)]),
  ]);
}

/** What the first page ends with is the newest change that it can have seen. */
function newest(where: Where, bind: Bind): string {
  return `, (select (extract(epoch from n.last_updated) * 1000)::bigint::text from resource n where ${where.access.condition('n', bind)}
    and (n.type_id::bigint) = ${bind(typeId(where.type))}::bigint order by n.last_updated desc, n.pk desc limit 1) as newest`;
}

/** Not changed since this time, in milliseconds. */
export function before(asOf: number, bind: Bind): string {
  return `r.last_updated <= to_timestamp(${bind(String(asOf))}::float8 / 1000)`;
}

/** Of each key in its turn the resource; `offset 0` keeps one from being looked for before. */
export function each(keys: string, conditions: readonly string[]): string {
  const resource = `select r.* from resource r where r.pk = d.pk and ${conditions.join(' and ')} offset 0`;
  return `(${keys}) d join lateral (${resource}) r on true`;
}

/** Of this type, and still there: read by the order of changes. */
export function ofType(where: Where, bind: Bind): readonly string[] {
  return [...visible(where, bind), `(r.type_id::bigint) = ${bind(typeId(where.type))}::bigint`];
}

/** The same, found by their ids. */
export function ofTypeAlone(where: Where, bind: Bind): readonly string[] {
  return [...visible(where, bind), `r.type_id = ${bind(typeId(where.type))}::int`];
}

function visible({ access }: Where, bind: Bind): readonly string[] {
  return [access.condition('r', bind), 'not r.deleted', ...openRows(access, 'r', bind)];
}
