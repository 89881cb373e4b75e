import { type Criterion, type OfType, searchParameterOf } from '@ehr/fhir/server';
import type { Access } from '../access.ts';
import { paramId, typeId } from '../ids.ts';
import type { TokenHash } from '../token-hash.ts';
import {
  areaCondition,
  type Bind,
  dateCondition,
  quantityCondition,
  stringCondition,
  targetConditions,
  timeCondition,
  tokenCondition,
  uriCondition,
} from './values.ts';

/** Whose resources of which type are looked for. */
export interface Where {
  readonly type: string;
  readonly access: Access;
  readonly tokenHash: TokenHash;
}

/** Of all resources of a type that may be seen. */
export function whereOf({ access, tokenHash }: Omit<Where, 'type'>, type: string): Where {
  return { type, access, tokenHash };
}

/** Rows of an index table, called `s`, by which a criterion is met. */
export interface Rows {
  readonly table: 'search_string' | 'search_token' | 'search_date' | 'search_quantity' | 'search_reference' | 'compartment'; // prettier-ignore
  /** Numbers of the parameters whose rows they are; null in a table that knows none. */
  readonly params: readonly number[] | null;
  /** One condition for each value of the criterion, one of which is true. */
  readonly anyOf: readonly string[];
}

/** The rows that meet a criterion; null for one that is met by no row alone. `asOne`: few conditions, in no order. */
export function rowsOf(criterion: Criterion, where: Where, bind: Bind, asOne = false): Rows | null {
  const { type, tokenHash } = where;
  const rows = (table: Rows['table'], parameter: string, anyOf: readonly string[]): Rows => ({
    table,
    params: paramsOf(type, parameter),
    anyOf,
  });
  switch (criterion.type) {
    case 'token':
      return rows('search_token', criterion.parameter, criterion.anyOf.map((match) => tokenCondition(match, tokenHash, bind))); // prettier-ignore
    case 'string':
      return rows('search_string', criterion.parameter, criterion.anyOf.map((match) => stringCondition(match, bind))); // prettier-ignore
    case 'uri':
      return rows('search_string', criterion.parameter, criterion.anyOf.map((match) => uriCondition(match, bind))); // prettier-ignore
    case 'reference':
      return rows('search_reference', criterion.parameter, targetConditions(criterion.anyOf, [type, criterion.parameter], bind, asOne)); // prettier-ignore
    case 'date':
      return rows('search_date', criterion.parameter, criterion.anyOf.map((match) => dateCondition(match, bind))); // prettier-ignore
    case 'quantity':
      return rows('search_quantity', criterion.parameter, criterion.anyOf.map((match) => quantityCondition(match, tokenHash, bind))); // prettier-ignore
    case 'near':
      return rows('search_quantity', criterion.parameter, criterion.anyOf.map((area) => areaCondition(area, bind))); // prettier-ignore
    case 'compartment': {
      const own = `s.patient_id = ${bind(criterion.patient)} and s.type_id = ${bind(typeId(type))}::int`;
      return { table: 'compartment', params: null, anyOf: [own] };
    }
    default:
      return null;
  }
}

/** The numbers of a parameter, or of those whose values it shares; `code:text` shares as `code` does. */
export function paramsOf(type: string, parameter: string): readonly number[] {
  const [name = '', aspect] = parameter.split(':');
  const { sources = [name] } = searchParameterOf(type, name) ?? {};
  return sources.map((source) => paramId(type, aspect === undefined ? source : `${source}:${aspect}`));
}

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
      return anyOf(criterion.anyOf.map((match) => timeCondition(match, row, bind)));
    case 'or':
      return anyOf(criterion.anyOf.map((one) => asProbe(one, where, bind, row)));
    case 'missing': {
      const present = presence(criterion.parameter, where, bind, row);
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
      return isNegative(criterion) ? `not ${found}` : found;
    }
  }
}

/** Whether there is one of these rows where `key` is. */
function probe({ table, params, anyOf: conditions }: Rows, key: string, bind: Bind): string {
  const own = params === null ? '' : `and s.param_id + 0 = any(${bind(params)}::int[])`;
  return `((select true from ${table} s where ${key} ${own} and ${anyOf(conditions)} limit 1) is true)`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;
}

/** Whether it is asked of the resource itself, not of its index rows alone. */
export function isOfResource(criterion: Criterion): boolean {
  if (criterion.type === 'or') return criterion.anyOf.some(isOfResource);
  return ['id', 'lastUpdated', 'has', 'list'].includes(criterion.type);
}

/** Whether it is met by what is not there. */
export function isNegative(criterion: Criterion): boolean {
  return criterion.type === 'token' && criterion.not === true;
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
function presence(parameter: string, where: Where, bind: Bind, row: string): string {
  const { kind = 'token', only } = searchParameterOf(where.type, parameter) ?? {};
  const params = paramsOf(where.type, parameter);
  const of = (table: Rows['table'], condition: string) =>
    probe({ table, params, anyOf: [condition] }, `s.pk = ${row}.pk`, bind);
  if (only !== undefined)
    return anyOf([
      of('search_reference', `s.target_type_id = ${bind(typeId(only))}::int`),
      of('search_string', `s.exact like ${bind(`%/${only}/%`)}`),
    ]);
  return anyOf([...TABLES[kind].map((table) => of(table, 'true')), of('search_token', 'true')]);
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
      return `(${parts.map((part, index) => asProbe(named(part, own.parts[index]?.name ?? ''), where, bind, row)).join(' and ')})`; // prettier-ignore
    const names = own.parts.map((part) => `${source}.${part.name}`);
    return inElement(
      parts.map((part, index) => named(part, names[index] ?? '')),
      where,
      bind,
      row,
    );
  });
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
  const met = asProbe(criterion, { ...where, type }, bind, t);
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
  const references = `${where.access.condition('s', bind)} and s.target_type_id = ${bind(typeId(where.type))}::int and s.target_id = ${row}.id and s.param_id = any(${bind(paramsOf(type, parameter))}::int[])`;
  const source = `${t}.pk = s.pk and not ${t}.deleted and ${asProbe(criterion, { ...where, type }, bind, t)}`;
  return `((select true from search_reference s join lateral (select 1 from resource ${t} where ${source} offset 0) ${t} on true where ${references} limit 1) is true)`;
}
