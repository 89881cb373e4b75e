import { type Criterion, searchParameterOf } from '@ehr/fhir/server';
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

/** Whether there is one of these rows where `key` is. */
export function probe({ table, params, anyOf: conditions }: Rows, key: string, bind: Bind): string {
  const own = params === null ? '' : `and s.param_id + 0 = any(${bind(params)}::int[])`;
  return `((select true from ${table} s where ${key} ${own} and ${anyOf(conditions)} limit 1) is true)`;
}

/** One of these is true. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;
}

/** Whether it is met by what is not there. */
export function isNegative(criterion: Criterion): boolean {
  return criterion.type === 'token' && criterion.not === true;
}
