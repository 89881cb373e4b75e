import {
  clinicalDateOf,
  type Criterion,
  type Search,
  searchParameterOf,
  type SortKey,
} from '@ehr/fhir/server';
import { paramId } from '../ids.ts';
import { DATED } from '../marks.ts';
import { mayMeet, saysMarks } from './marked.ts';
import { gathered, isWide, rangesOf } from './ranges.ts';
import type { Where } from './rows.ts';
import { limitOf, spanOf, tellsOf } from './spans.ts';
import type { Bind } from './values.ts';
import type { Walk } from './walks.ts';

/** A column of a walk's rows that they are in the order of. */
export interface OrderColumn {
  /** SQL of it in the rows `s`, or `r` where the resources themselves are walked along. */
  readonly sql: string;
  readonly type: 'bigint' | 'text' | 'float8' | 'timestamptz';
  readonly descending: boolean;
}

/** Resources in an order, by the rows of an index. */
export interface Ordered {
  readonly columns: readonly OrderColumn[];
  /** `from` clauses of index rows `s`, each in order; null: the resources `r` are walked along. */
  readonly ranges: ((bind: Bind) => readonly string[]) | null;
  /** What is asked of each besides. */
  readonly conditions: readonly Criterion[];
  /** What is asked of the marks of its rows `d`, which then meet its conditions where they have marks. */
  readonly marks?: (bind: Bind) => readonly string[];
  /** When a row `d` meets a criterion by its place in this order: else it is looked up. Undefined: it always is. */
  readonly told?: (criterion: Criterion, bind: Bind) => string | undefined;
}

const updated = (descending: boolean): Ordered => ({
  columns: [
    { sql: 'r.last_updated', type: 'timestamptz', descending },
    { sql: 'r.pk', type: 'bigint', descending },
  ],
  ranges: null,
  conditions: [],
});

/** The last changed first. */
export const byChange: Ordered = updated(true);

/** Of what a criterion finds the last created first: by their keys, before any of them is read. */
export function byCreation(criterion: Criterion, where: Where): Ordered {
  return {
    columns: [{ sql: 's.pk', type: 'bigint', descending: true }],
    ranges: (bind) => rangesOf(criterion, where, bind),
    conditions: [],
  };
}

/**
 * By what happened: along the rows of a criterion, the newest first, as far as the others allow. `dated`: of what says when it
 * happened, or of what does not.
 */
export function byEvent(
  walk: Extract<Walk, { kind: 'criterion' }>,
  where: Where,
  { criteria, sort: [key] }: Search,
  dated?: boolean,
): Ordered {
  const { criterion, few, isMerged = false } = walk;
  const descending = key?.descending ?? true;
  const others = criteria.filter((one) => one !== criterion && one !== few);
  const isMarked =
    dated !== undefined || saysMarks(others, where) || others.some((one) => limitOf(one, where.type));
  return {
    columns: [
      { sql: 's.sort', type: 'bigint', descending },
      { sql: 's.pk', type: 'bigint', descending },
    ],
    ranges: (bind) => {
      const span = spanOf(where.type, criteria).map(([sign, time]) => ` and s.sort ${sign} ${bind(String(time))}::bigint`); // prettier-ignore
      if (few !== undefined) return [gathered(criterion, few, where, bind) + span.join('')];
      // What is put in order is the less for it. Else the planner is not to count on that few are left, and to sort these.
      const marked = isWide(criterion) && !isMerged ? mayMeet(others, where, 's', bind) : [];
      const besides = marked.map((condition) => ` and ${condition}`).join('');
      return rangesOf(criterion, where, bind, isMerged).map((range) => range + span.join('') + besides);
    },
    conditions: [],
    ...(isMarked && {
      told: (one: Criterion, bind: Bind) => tellsOf(one, where.type, bind),
      marks: (bind: Bind) => [
        ...mayMeet(others, where, 'd', bind),
        ...(dated === undefined ? [] : [`(d.marks is null or d.marks & ${DATED} = ${dated ? DATED : 0})`]),
      ],
    }),
  };
}

/** Resources that have a value of this parameter, or that have none. */
export function having(ordered: Ordered, parameter: string, missing: boolean): Ordered {
  return { ...ordered, conditions: [{ type: 'missing', parameter, missing, isSortable: true }] };
}

/** Whether a walk by what happened is in the order that is asked for. */
export function isByEvent({ sort: [key, ...more] }: Search, type: string): boolean {
  const date = clinicalDateOf(type);
  if (key === undefined || date === undefined || key.name !== date.name || more.length > 0) return false;
  // The rows have the last of several values.
  return key.descending || !date.many;
}

/**
 * By the index of what is asked for; null where there is none. Of several values of a resource the least counts, or the
 * greatest.
 */
export function byKey({ name, descending }: SortKey, where: Where): Ordered | null {
  if (name === '_lastUpdated') return updated(descending);
  if (name === '_id')
    return {
      columns: [{ sql: 'r.id', type: 'text', descending }],
      ranges: null,
      conditions: [],
    };
  const parameter = searchParameterOf(where.type, name);
  if (parameter === undefined || parameter.sources.join() !== name) return null;
  const own = orders[parameter.kind];
  if (own === undefined) return null;
  const { table, value, rest, real = 'true' } = own;
  const [first, type] = value;
  return {
    columns: [
      { sql: `s.${first}`, type, descending },
      ...rest.map(([sql, same]) => ({
        sql: `s.${sql}`,
        type: 'bigint' as const,
        descending: descending === same,
      })),
    ],
    ranges: (bind) => {
      const param = `${bind(paramId(where.type, name))}::int`;
      const before = `x.${first} ${descending ? '>' : '<'} s.${first}`;
      const isFirst = parameter.many || parameter.kind === 'string' ? ` and (select true from ${table} x where x.pk = s.pk and x.param_id + 0 = ${param} and ${real.replaceAll('s.', 'x.')} and ${before} limit 1) is not true` : ''; // prettier-ignore
      return [
        `${table} s where ${where.access.condition('s', bind)} and s.param_id = ${param} and ${real}${isFirst}`,
      ];
    },
    conditions: [],
  };
}

/** Of each kind the index that is in the order of its values: the value, what follows it, and in the same direction or not. */
const orders: Readonly<
  Record<
    string,
    {
      readonly table: string;
      readonly value: readonly [column: string, type: OrderColumn['type']];
      readonly rest: readonly (readonly [column: string, same: boolean])[];
      readonly real?: string;
    }
  >
> = {
  // Rows without the text as it is written are later words of a name.
  string: { table: 'search_string', value: ['value', 'text'], rest: [['pk', false]], real: 's.exact is not null' }, // prettier-ignore
  uri: { table: 'search_string', value: ['value', 'text'], rest: [['pk', false]] },
  date: { table: 'search_date', value: ['low', 'bigint'], rest: [['high', true], ['pk', false]] }, // prettier-ignore
  number: { table: 'search_quantity', value: ['low', 'float8'], rest: [['pk', true]] },
  quantity: { table: 'search_quantity', value: ['low', 'float8'], rest: [['pk', true]] },
};

/** What lies behind the values `at` in the order of the columns; `back`: before them. */
export function behind({ columns }: Ordered, at: readonly string[], back: boolean, bind: Bind): string {
  const values = columns.map(({ type }, index) => valueOf(type, at[index] ?? '', bind));
  const isAfter = (index: number) => (columns[index]?.descending === back ? '>' : '<');
  if (new Set(columns.map(({ descending }) => descending)).size === 1)
    return `(${columns.map(({ sql }) => sql).join(', ')}) ${isAfter(0)} (${values.join(', ')})`;
  const from = (index: number): string => {
    const [sql, value] = [columns[index]?.sql ?? '', values[index] ?? ''];
    const here = `${sql} ${isAfter(index)} ${value}`;
    return index === columns.length - 1 ? here : `(${here} or (${sql} = ${value} and ${from(index + 1)}))`;
  };
  // The first column alone says where in the index to begin.
  return `${columns[0]?.sql} ${isAfter(0)}= ${values[0]} and ${from(0)}`;
}

/** `order by` of rows whose columns have these names. */
export function orderBy({ columns }: Ordered, back: boolean, name: (index: number) => string): string {
  const each = columns.map(({ descending }, index) => `${name(index)} ${descending === back ? 'asc' : 'desc'}`); // prettier-ignore
  return `order by ${each.join(', ')}`;
}

/** A column as text, as `valueOf` reads it. */
export function textOf(type: OrderColumn['type'], sql: string): string {
  return type === 'timestamptz' ? `(extract(epoch from ${sql}) * 1000)::bigint::text` : `${sql}::text`;
}

function valueOf(type: OrderColumn['type'], value: string, bind: Bind): string {
  if (type !== 'timestamptz') return `${bind(value)}::${type}${type === 'text' ? ' collate "C"' : ''}`;
  return `to_timestamp(${bind(value)}::float8 / 1000)`;
}
