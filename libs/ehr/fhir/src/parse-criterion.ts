import type { Criterion, OfType } from './criterion.ts';
import { isResourceType, resourceTypes } from './definitions.ts';
import {
  areaOf,
  dateMatch,
  numberMatch,
  type Problem,
  quantityMatch,
  referenceCriterion,
  splitUnescaped,
  stringMatch,
  tokenMatch,
  typedMatch,
  unescape,
} from './parse-values.ts';
import { type SearchParameter, searchParameterOf, type SearchPart } from './search-parameters.ts';

/** What values are understood by. */
export interface Understanding {
  /** What `ap` is near to. */
  readonly now: Date;
  /** The address of this server: what it names is here. */
  readonly base: string;
  /** So many references may be gone along. */
  readonly chain: number;
}

/** There is no such parameter, `name` of `type`. */
interface Unknown {
  readonly unknown: string;
  readonly type: string;
}

type Parsed = Criterion | Problem | Unknown;

/**
 * Reads one `key=value,value`: `name`, `name:modifier`, `subject:Patient.name` or `_has:Observation:patient:code`. Problems
 * complete the sentence "Search parameter x …".
 */
export function parseCriterion(
  type: string,
  key: string,
  value: string,
  by: Understanding,
  depth = 0,
): Parsed {
  // Neither a NUL nor half a surrogate pair can be stored, so it cannot be searched.
  if (value.includes('\0') || !value.isWellFormed())
    return { problem: 'has a value that is not text; correct its encoding' };
  if (depth > by.chain) return { problem: `goes along more than ${by.chain} references; search in steps` };
  if (key.startsWith('_has:')) return parseHas(type, key, value, by, depth);
  const dot = key.indexOf('.');
  if (dot > 0) return parseChain(type, [key.slice(0, dot), key.slice(dot + 1)], value, by, depth);
  const [name = '', modifier, ...rest] = key.split(':');
  if (rest.length > 0) return { problem: 'has more than one modifier' };
  return parsePlain(type, name, modifier, value, by);
}

function parsePlain(
  type: string,
  name: string,
  modifier: string | undefined,
  value: string,
  by: Understanding,
): Parsed {
  const parameter = searchParameterOf(type, name);
  const values = splitUnescaped(value, ',');
  if (parameter === undefined && !['_id', '_lastUpdated', '_list'].includes(name))
    return { unknown: name, type };
  if (values.includes('')) return { problem: 'has an empty value; give one or leave the parameter out' };
  const modifiers = parameter?.modifiers ?? [];
  const isType = modifier !== undefined && parameter !== undefined && leadsTo(parameter, modifier);
  if (modifier !== undefined && !modifiers.includes(modifier) && !isType)
    return { problem: `has a modifier it does not take here (${modifiers.join(', ') || 'none'} known)` };
  if (name === '_id') return { type: 'id', anyOf: values };
  if (name === '_list') return { type: 'list', anyOf: values };
  if (parameter === undefined)
    return collect(values.map((one) => dateMatch(one, by.now)), (anyOf) => ({ type: 'lastUpdated', anyOf })); // prettier-ignore
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') return { problem: 'with :missing is true or false' };
    return { type: 'missing', parameter: name, missing: value === 'true' };
  }
  if (parameter.kind !== 'composite') return valuesOf(parameter, name, modifier, values, by);
  return collect(values.map((one) => partsOf(parameter, type, one, by)), (anyOf) => ({ type: 'composite', parameter: name, anyOf })); // prettier-ignore
}

/** The values of a parameter, or of a part of a composite; `named` is where they are indexed. */
function valuesOf(
  { kind, targets }: Pick<SearchParameter, 'kind'> & { readonly targets: readonly string[] },
  named: string,
  modifier: string | undefined,
  values: readonly string[],
  by: Understanding,
): Criterion | Problem {
  switch (kind) {
    case 'string':
      return collect(values.map((text) => stringMatch(text, stringHow(modifier))), (anyOf) => ({ type: kind, parameter: named, anyOf })); // prettier-ignore
    case 'token': {
      const aspect = { parameter: `${named}:${modifier ?? ''}` };
      if (modifier === 'text')
        return collect(values.map((text) => stringMatch(text, 'starts')), (anyOf) => ({ type: 'string', ...aspect, anyOf })); // prettier-ignore
      if (modifier === 'of-type')
        return collect(values.map(typedMatch), (anyOf) => ({ type: 'token', ...aspect, anyOf }));
      return collect(values.map(tokenMatch), (anyOf) => ({ type: kind, parameter: named, anyOf, ...(modifier === 'not' && { not: true as const }) })); // prettier-ignore
    }
    case 'date':
      return collect(values.map((one) => dateMatch(one, by.now)), (anyOf) => ({ type: kind, parameter: named, anyOf })); // prettier-ignore
    case 'number':
      return collect(values.map(numberMatch), (anyOf) => ({ type: 'quantity', parameter: named, anyOf }));
    case 'quantity':
      return collect(values.map(quantityMatch), (anyOf) => ({ type: kind, parameter: named, anyOf }));
    case 'reference': {
      if (modifier === 'identifier')
        return collect(values.map(tokenMatch), (anyOf) => ({ type: 'token', parameter: `${named}:identifier`, anyOf })); // prettier-ignore
      const types = modifier === undefined ? targets : [modifier];
      return collect(
        values.map((one) =>
          referenceCriterion(named, one, { types, base: by.base, isTyped: modifier !== undefined }),
        ),
        oneOf,
      );
    }
    case 'uri':
      return { type: kind, parameter: named, anyOf: values.map((uri) => ({ how: uriHow(modifier), uri: unescape(uri) })) }; // prettier-ignore
    case 'special':
      return collect(values.map(areaOf), (anyOf) => ({ type: 'near', parameter: named, anyOf }));
    default:
      return { problem: 'is not searched by here' };
  }
}

/** The parts of one value of a composite: `8480-6$lt100`. */
function partsOf(
  { name, parts, elements }: SearchParameter,
  type: string,
  value: string,
  by: Understanding,
): readonly Criterion[] | Problem {
  const values = splitUnescaped(value, '$');
  if (values.length !== parts.length)
    return { problem: `has ${parts.length} parts: ${parts.map((part) => part.name).join('$')}` };
  const parsed = parts.map((part, index) => {
    const own = values[index] ?? '';
    if (own === '') return { problem: 'has an empty part; give one' };
    return partOf(part, elements === null ? part.name : `${name}.${part.name}`, type, own, by);
  });
  return parsed.find((one): one is Problem => 'problem' in one) ?? (parsed as Criterion[]);
}

function partOf({ name, kind }: SearchPart, named: string, type: string, value: string, by: Understanding) {
  const { targets = [] } = searchParameterOf(type, name) ?? {};
  return valuesOf({ kind, targets }, named, undefined, [value], by);
}

/** `subject:Patient.name`: what the reference leads to meets what stands behind the dot. */
function parseChain(
  type: string,
  [head, rest]: readonly [string, string],
  value: string,
  by: Understanding,
  depth: number,
): Parsed {
  const [name = '', named, ...more] = head.split(':');
  const parameter = searchParameterOf(type, name);
  if (parameter === undefined) return { unknown: name, type };
  if (parameter.kind !== 'reference' || more.length > 0)
    return { problem: 'is no reference, so nothing stands behind it' };
  if (named !== undefined && !leadsTo(parameter, named))
    return { problem: `does not lead to this type (to ${parameter.targets.join(', ') || 'any other'})` };
  const types = named === undefined ? targetsOf(parameter) : [named];
  const parsed = types.map((target) => ({ type: target, criterion: parseCriterion(target, rest, value, by, depth + 1) })); // prettier-ignore
  const understood = parsed.filter((one): one is OfType => isCriterion(one.criterion));
  // Not every type that it may lead to has the parameter; one at least has.
  if (understood.length > 0) return { type: 'chain', parameter: name, anyOf: understood };
  const [first] = parsed.map(({ criterion }) => criterion).filter((one) => 'problem' in one);
  return first ?? parsed[0]?.criterion ?? { unknown: rest, type: name };
}

/** `_has:Observation:patient:code`: an Observation that meets what stands at the end refers to it. */
function parseHas(type: string, key: string, value: string, by: Understanding, depth: number): Parsed {
  const [, from = '', name = '', ...rest] = key.split(':');
  if (!isResourceType(from) || rest.length === 0)
    return { problem: 'is not _has:Type:reference:parameter, such as _has:Observation:patient:code' };
  const parameter = searchParameterOf(from, name);
  if (parameter === undefined) return { unknown: name, type: from };
  if (!leadsTo(parameter, type)) return { problem: `asks by ${name}, which does not lead here` };
  const criterion = parseCriterion(from, rest.join(':'), value, by, depth + 1);
  return isCriterion(criterion)
    ? { type: 'has', parameter: name, from: { type: from, criterion } }
    : criterion;
}

function isCriterion(parsed: Parsed): parsed is Criterion {
  return !('problem' in parsed) && !('unknown' in parsed);
}

/** Whether a reference may lead to this type. */
export function leadsTo({ kind, targets }: SearchParameter, type: string): boolean {
  return kind === 'reference' && isResourceType(type) && (targets.length === 0 || targets.includes(type));
}

function targetsOf({ targets, only }: SearchParameter): readonly string[] {
  if (only !== undefined) return [only];
  return targets.length === 0 ? resourceTypes() : targets;
}

function stringHow(modifier: string | undefined): 'starts' | 'contains' | 'exact' {
  return modifier === 'contains' || modifier === 'exact' ? modifier : 'starts';
}

function uriHow(modifier: string | undefined): 'is' | 'above' | 'below' {
  return modifier === 'above' || modifier === 'below' ? modifier : 'is';
}

/** Values of one kind are one criterion; of several, one of them. */
function oneOf(criteria: readonly Criterion[]): Criterion {
  const references = criteria.flatMap((one) => (one.type === 'reference' ? [one] : []));
  const [first] = references;
  if (first === undefined || references.length < criteria.length)
    return criteria.length === 1 && criteria[0] ? criteria[0] : { type: 'or', anyOf: criteria };
  return { ...first, anyOf: references.flatMap(({ anyOf }) => anyOf) };
}

function collect<T extends object>(
  parsed: readonly (T | Problem)[],
  make: (anyOf: readonly T[]) => Criterion,
): Criterion | Problem {
  const problem = parsed.find((one): one is Problem => 'problem' in one);
  return problem ?? make(parsed as readonly T[]);
}
