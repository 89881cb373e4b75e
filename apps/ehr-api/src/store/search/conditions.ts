import { type Criterion, type OfType, searchParameterOf } from '@ehr/fhir/server';
import { type Letter, reachOf } from '../access.ts';
import { typeId } from '../ids.ts';
import { openRows } from '../opened-charts.ts';
import { mayMeet } from './marked.ts';
import { anyOf, isNegative, paramsOf, probe, type Rows, rowsOf, type Where } from './rows.ts';
import { type Bind, timeCondition } from './values.ts';

/** A criterion as a set of keys, found by its values. */
export function inSet(criterion: Criterion, where: Where, bind: Bind): string {
  // Before anything is bound: PostgreSQL refuses a value that its statement does not use.
  if (isNegative(criterion)) return asProbe(criterion, where, bind);
  const rows = rowsOf(criterion, where, bind, true);
  if (rows === null) return asProbe(criterion, where, bind);
  const params = rows.params === null ? '' : `and s.param_id = any(${bind(rows.params)}::int[])`;
  return `r.pk in (select s.pk from ${rows.table} s where ${where.access.condition('s', bind)} ${params} and ${anyOf(rows.anyOf)})`;
}

/**
 * A criterion asked of one resource, the row `row`, by its key alone: what has a `limit` is not made a join, and `+ 0` keeps
 * the planner from looking values up once more.
 */
export function asProbe(criterion: Criterion, where: Where, bind: Bind, row = 'r'): string {
  switch (criterion.type) {
    case 'id':
      return `${row}.id = any(${bind(criterion.anyOf)}::text[])`;
    case 'lastUpdated':
      return anyOf(criterion.anyOf.map((match) => timeCondition(match, `${row}.last_updated`, bind)));
    case 'or':
      return anyOf(criterion.anyOf.map((one) => asProbe(one, where, bind, row)));
    case 'and':
      return `(${criterion.allOf.map((one) => asProbe(one, where, bind, row)).join(' and ')})`;
    case 'missing': {
      const present = presence(criterion, where, bind, row);
      return criterion.missing ? `not ${present}` : present;
    }
    case 'composite':
      return anyOf(
        criterion.anyOf.flatMap((parts) => together(criterion.parameter, parts, where, bind, row)),
      );
    case 'chain':
      return anyOf(criterion.anyOf.map((target) => leads(criterion.parameter, target, where, bind, row)));
    case 'has':
      return isReferredTo(criterion.parameter, criterion.from, where, bind, row);
    case 'list':
      // Lists are read before (`resolve`).
      return 'false';
    default: {
      const rows = rowsOf(criterion, where, bind, true);
      if (rows === null) return 'false';
      const found = probe(rows, `s.pk = ${row}.pk`, bind);
      if (isNegative(criterion)) return `not ${found}`;
      const besides = alsoAsked(criterion, where.type);
      return besides === null ? found : `(${found} and ${asProbe(besides, where, bind, row)})`;
    }
  }
}

/** `patient:identifier` is that of any `subject`, which has to be a patient as well. */
export function alsoAsked(criterion: Criterion, type: string): Criterion | null {
  if (criterion.type !== 'token') return null;
  const [parameter = '', aspect] = criterion.parameter.split(':');
  if (aspect !== 'identifier' || searchParameterOf(type, parameter)?.only === undefined) return null;
  return { type: 'missing', parameter, missing: false };
}

/** Whether it is asked of the resource itself, not of its index rows alone. */
export function isOfResource(criterion: Criterion): boolean {
  if (criterion.type === 'or') return criterion.anyOf.some(isOfResource);
  if (criterion.type === 'and') return criterion.allOf.some(isOfResource);
  return ['id', 'lastUpdated', 'has', 'list'].includes(criterion.type);
}

/** Where the values of a kind are. */
const TABLES = {
  string: ['search_string'],
  token: [],
  date: ['search_date'],
  reference: ['search_reference', 'search_string'],
  uri: ['search_string'],
  number: ['search_quantity'],
  quantity: ['search_quantity'],
  special: ['search_quantity'],
  composite: [],
} as const;

/** Whether a parameter has a value; one by which nothing is found has a token without a code. */
function presence(
  { parameter, isSortable }: Extract<Criterion, { type: 'missing' }>,
  where: Where,
  bind: Bind,
  row: string,
): string {
  const { kind = 'token', only } = searchParameterOf(where.type, parameter) ?? {};
  const params = paramsOf(where.type, parameter);
  const of = (table: Rows['table'], condition: string) =>
    probe({ table, params, anyOf: [condition] }, `s.pk = ${row}.pk`, bind);
  if (only !== undefined)
    return anyOf([
      of('search_reference', `s.target_type_id = ${bind(typeId(only))}::int`),
      of('search_string', `s.exact like ${bind(`%/${only}/%`)}`),
    ]);
  const values = TABLES[kind].map((table) => of(table, 'true'));
  return anyOf(isSortable === true ? values : [...values, of('search_token', 'true')]);
}

/** Of each composite whose values it shares: whether one element meets all parts. */
function together(
  parameter: string,
  parts: readonly Criterion[],
  where: Where,
  bind: Bind,
  row: string,
): readonly string[] {
  const { sources = [] } = searchParameterOf(where.type, parameter) ?? {};
  return sources.flatMap((source) => {
    const own = searchParameterOf(where.type, source);
    if (own === undefined) return [];
    // In the resource itself there is one of each.
    if (own.elements === null)
      return `(${parts.map((part, index) => ofItself(named(part, own.parts[index]?.name ?? ''), where, bind, row)).join(' and ')})`; // prettier-ignore
    const names = own.parts.map((part) => `${source}.${part.name}`);
    return inElement(
      parts.map((part, index) => named(part, names[index] ?? '')),
      where,
      bind,
      row,
    );
  });
}

/** A part of a composite in the resource itself; what is sampled is none. */
function ofItself(part: Criterion, where: Where, bind: Bind, row: string): string {
  const rows = part.type === 'quantity' ? rowsOf(part, where, bind) : null;
  if (rows === null) return asProbe(part, where, bind, row);
  return probe({ ...rows, anyOf: [`${anyOf(rows.anyOf)} and s.element is null`] }, `s.pk = ${row}.pk`, bind);
}

/** One row for each part, all of one element: the rows of the first, of which the others are asked. */
function inElement([first, ...rest]: readonly Criterion[], where: Where, bind: Bind, row: string): string {
  const alternatives = first?.type === 'or' ? first.anyOf : first === undefined ? [] : [first];
  return anyOf(
    alternatives.map((one) => {
      const rows = rowsOf(one, where, bind);
      if (rows === null) return 'false';
      const others = rest.map((part) => {
        const each = part.type === 'or' ? part.anyOf : [part];
        const found = each.map((own) => rowsOf(own, where, bind));
        return anyOf(found.map((own) => (own === null ? 'false' : probe(own, 's.pk = e.pk and s.element = e.element', bind)))); // prettier-ignore
      });
      const own = `s.pk = ${row}.pk and s.param_id + 0 = any(${bind(rows.params)}::int[]) and ${anyOf(rows.anyOf)}`;
      return `((select true from (select s.pk, s.element from ${rows.table} s where ${own} offset 0) e where ${['true', ...others].join(' and ')} limit 1) is true)`;
    }),
  );
}

/** The same, asked of another parameter. */
export function named(criterion: Criterion, parameter: string): Criterion {
  if (criterion.type === 'or')
    return { ...criterion, anyOf: criterion.anyOf.map((one) => named(one, parameter)) };
  return 'parameter' in criterion ? { ...criterion, parameter } : criterion;
}

/** Conditions of the rows `row` of `resource`, all of one type. */
export function withinReach(where: Where, letter: Letter, row: string, bind: Bind): readonly string[] {
  const criteria = reachOf(where.access, where.type, letter);
  return criteria === null ? ['false'] : criteria.map((one) => asProbe(one, where, bind, row));
}

/** What is asked of a resource behind a reference: only those are looked at that may be searched. */
function asked(criterion: Criterion, where: Where, bind: Bind, row: string): string {
  return [asProbe(criterion, where, bind, row), ...openRows(where.access, row, bind), ...withinReach(where, 's', row, bind)].join(' and '); // prettier-ignore
}

/** A name for the rows behind a reference: `t1` behind `r`, `t2` behind `t1`. */
const behind = (row: string): string => `t${Number(row.slice(1)) + 1}`;

/** Whether a resource refers to one that meets a criterion. */
function leads(
  parameter: string,
  { type, criterion }: OfType,
  where: Where,
  bind: Bind,
  row: string,
): string {
  const t = behind(row);
  const target = `${where.access.condition(t, bind)} and ${t}.type_id = ${bind(typeId(type))}::int and ${t}.id = s.target_id and not ${t}.deleted`;
  const references = `s.pk = ${row}.pk and s.param_id + 0 = any(${bind(paramsOf(where.type, parameter))}::int[]) and s.target_type_id = ${bind(typeId(type))}::int`;
  const met = asked(criterion, { ...where, type }, bind, t);
  return `((select true from search_reference s join lateral (select ${t}.* from resource ${t} where ${target} and ${met} offset 0) ${t} on true where ${references} limit 1) is true)`;
}

/** Whether a resource that meets a criterion refers to this one. */
function isReferredTo(
  parameter: string,
  { type, criterion }: OfType,
  where: Where,
  bind: Bind,
  row: string,
): string {
  const t = behind(row);
  const references = [
    where.access.condition('s', bind),
    `s.target_type_id = ${bind(typeId(where.type))}::int and s.target_id = ${row}.id`,
    `s.param_id = any(${bind(paramsOf(type, parameter))}::int[])`,
    ...mayMeet([criterion], { ...where, type }, 's', bind),
  ].join(' and ');
  const source = `${t}.pk = s.pk and not ${t}.deleted and ${asked(criterion, { ...where, type }, bind, t)}`;
  return `((select true from search_reference s join lateral (select 1 from resource ${t} where ${source} offset 0) ${t} on true where ${references} limit 1) is true)`;
}
