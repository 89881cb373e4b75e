import type { Search } from '@ehr/fhir/server';
import { binding } from '../context.ts';
import { typeId } from '../ids.ts';
import { VERSION_COLUMNS, type VersionRow } from '../stored-version.ts';
import { asProbe, type Where } from './conditions.ts';
import { behind, orderBy, type Ordered, textOf } from './order.ts';
import type { Place } from './place.ts';
import type { Bind } from './values.ts';
import { rangesOf, type Walk } from './walks.ts';

/** A row of a page, and where it stands. */
export interface FoundRow {
  readonly row: VersionRow;
  readonly phase: 0 | 1;
  readonly at: readonly string[];
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

/** The statement for some matches along an order. */
export function statementAlong(where: Where, search: Search, along: Along, count: number): Statement {
  const { ordered, walk, place, asOf, back } = along;
  const { values, bind } = binding();
  const driver = walk.kind === 'criterion' && ordered.ranges !== null ? walk.criterion : undefined;
  const conditions = [
    ...(ordered.columns[0]?.sql === 'r.id' ? sameType(where, bind) : ofType(where, bind)),
    ...ordered.conditions(bind),
    ...search.criteria.filter((one) => one !== driver).map((criterion) => asProbe(criterion, where, bind)),
  ];
  if (asOf !== undefined)
    conditions.push(`r.last_updated <= to_timestamp(${bind(String(asOf))}::float8 / 1000)`);
  const limit = `limit ${bind(count)}::int`;
  // What the first page ends with is the newest change that it can have seen.
  const newest =
    asOf === undefined
      ? `, (select (extract(epoch from n.last_updated) * 1000)::bigint::text from resource n where ${where.access.condition('n', bind)}
          and (n.type_id::bigint) = ${bind(typeId(where.type))}::bigint order by n.last_updated desc, n.pk desc limit 1) as newest`
      : '';
  const texts = (name: (index: number, sql: string) => string) =>
    `array[${ordered.columns.map(({ type, sql }, index) => textOf(type, name(index, sql))).join(', ')}] as at`;
  if (ordered.ranges !== null) {
    const next = place ? `and ${behind(ordered, place.at, back, bind)}` : '';
    const names = ordered.columns.map(({ sql }, index) => `${sql} as k${index}`).join(', ');
    const walks = ordered
      .ranges(bind)
      .map((range) => `(select ${names}, s.pk from ${range} ${next} ${orderBy(ordered, back, (index) => ordered.columns[index]?.sql ?? '')} offset 0)`); // prettier-ignore
    const keys = ordered.columns.map((_column, index) => `s.k${index}`).join(', ');
    const rows = `select distinct on (${keys}) ${keys}, s.pk from (${walks.join(' union all ')}) s ${orderBy(ordered, back, (index) => `s.k${index}`)}`;
    const sql = `select ${VERSION_COLUMNS}, ${texts((index) => `d.k${index}`)}${newest} from ${each(rows, conditions)}
      ${orderBy(ordered, back, (index) => `d.k${index}`)} ${limit}`;
    return { sql, values };
  }
  if (place) conditions.push(behind(ordered, place.at, back, bind));
  const columns = `${VERSION_COLUMNS}, ${texts((_index, sql) => sql)}${newest}`;
  const order = `${orderBy(ordered, back, (index) => ordered.columns[index]?.sql ?? '')} ${limit}`;
  const ranges = walk.kind === 'collected' ? rangesOf(walk.criterion, where, bind) : [];
  if (ranges.length === 0)
    return { sql: `select ${columns} from resource r where ${conditions.join(' and ')} ${order}`, values };
  const keys = ranges.map((range) => `select distinct s.pk from ${range}`).join(' union ');
  return { sql: `select ${columns} from ${each(keys, conditions)} ${order}`, values };
}

/** Of each key in its turn the resource; `offset 0` keeps one from being looked for before. */
export function each(keys: string, conditions: readonly string[]): string {
  const resource = `select r.* from resource r where r.pk = d.pk and ${conditions.join(' and ')} offset 0`;
  return `(${keys}) d join lateral (${resource}) r on true`;
}

/** Of this type, and still there: read by the order of changes. */
export function ofType(where: Where, bind: Bind): readonly string[] {
  return [...sameType(where, bind), `(r.type_id::bigint) = ${bind(typeId(where.type))}::bigint`];
}

function sameType({ access }: Where, bind: Bind): readonly string[] {
  return [access.condition('r', bind), 'not r.deleted'];
}
