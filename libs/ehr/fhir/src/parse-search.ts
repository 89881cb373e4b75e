import type { Criterion } from './criterion.ts';
import { isResourceType } from './definitions.ts';
import type { Issue } from './operation-outcome.ts';
import { leadsTo, parseCriterion } from './parse-criterion.ts';
import { searchParameterOf, searchParametersOf } from './search-parameters.ts';

/** A search understood: AND over `criteria`, each of which is an OR. */
export interface Search {
  readonly criteria: readonly Criterion[];
  readonly count: number;
  readonly total: 'none' | 'estimate' | 'accurate';
  /** By what it is put in order; nothing: the server's own order. */
  readonly sort: readonly SortKey[];
  readonly includes: readonly Include[];
  /** Where the page before ended; opaque to clients. */
  readonly after?: string;
  /** The parameters that were used, for the self link (without `_after`). */
  readonly used: readonly (readonly [string, string])[];
}

/** A parameter by whose values resources are put in order: by the least of them, or by the greatest. */
export interface SortKey {
  /** The name of a parameter, `_id` or `_lastUpdated`. */
  readonly name: string;
  readonly descending: boolean;
}

/** What is answered beside the matches. */
export interface Include {
  /** What the matches refer to, or what refers to them. */
  readonly direction: 'to' | 'from';
  /** The type that refers, and by which parameter: null is any. */
  readonly type: string | null;
  readonly parameter: string | null;
  /** Only what is of this type. */
  readonly target: string | null;
  /** Of what is included already, too. */
  readonly iterate: boolean;
}

/** What a search may ask for. */
export interface SearchLimits {
  readonly criteria: number;
  readonly values: number;
  /** References that a chain goes along. */
  readonly chain: number;
}

/** How a search is read. */
export interface SearchOptions {
  readonly type: string;
  /** `Prefer: handling=lenient`: unknown parameters are dropped, and missing from the self link. */
  readonly lenient: boolean;
  /** What `ap` is near to. */
  readonly now: Date;
  /** The address of the FHIR service. */
  readonly base: string;
  readonly limits: SearchLimits;
}

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;

/** Reads query pairs. Unknown names are errors: an ignored filter would show patients nobody asked for. */
export function parseSearch(
  pairs: readonly (readonly [string, string])[],
  { type, lenient, now, base, limits }: SearchOptions,
): { readonly search: Search } | { readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const criteria: Criterion[] = [];
  const includes: Include[] = [];
  const used: (readonly [string, string])[] = [];
  const control = new Map<string, string>();
  for (const [key, value] of pairs) {
    const [name = '', modifier] = key.split(':', 2);
    const [shown = ''] = name.split('.');
    if (Object.hasOwn(controls, name) && modifier === undefined) {
      const problem = control.has(name) ? 'may be given once' : controls[name]?.(value, type);
      if (problem) issues.push(issue(name, problem));
      control.set(name, value);
      if (name !== '_after') used.push([key, value]);
    } else if (name === '_include' || name === '_revinclude') {
      const include = includeOf(name, modifier, value, type);
      if ('problem' in include) issues.push(issue(name, include.problem));
      else includes.push(include);
      used.push([key, value]);
    } else {
      const criterion = parseCriterion(type, key, value, { now, base, chain: limits.chain });
      if ('unknown' in criterion) {
        if (lenient) continue;
        issues.push(unknown(criterion.unknown, criterion.type));
      } else if ('problem' in criterion) issues.push(issue(shown, criterion.problem));
      else criteria.push(criterion);
      used.push([key, value]);
    }
  }
  if (issues.length > 0) return { issues };
  const values = criteria.reduce((sum, one) => sum + sizeOf(one), 0);
  if (criteria.length > limits.criteria || values > limits.values || includes.length > limits.criteria)
    return { issues: [tooMany(limits)] };
  const after = control.get('_after');
  return {
    search: {
      criteria,
      count: Math.min(Number(control.get('_count') ?? DEFAULT_COUNT), MAX_COUNT),
      total: totalOf(control.get('_total')),
      sort: sortOf(control.get('_sort')),
      includes,
      ...(after ? { after } : {}),
      used,
    },
  };
}

/** The parameters that shape the answer rather than filter it, each with what is wrong with a value. */
const controls: Readonly<Record<string, (value: string, type: string) => string | undefined>> = {
  _count: (value) => (/^\d{1,6}$/u.test(value) ? undefined : `must be a whole number, 0 to ${MAX_COUNT}`),
  _total: (value) =>
    ['none', 'estimate', 'accurate'].includes(value) ? undefined : 'must be none, estimate or accurate',
  _sort: (value, type) => {
    const keys = sortOf(value);
    if (keys.length > MAX_KEYS) return `has ${MAX_KEYS} keys at most`;
    return keys.every(({ name }) => isSortable(type, name))
      ? undefined
      : 'must name parameters of the type that have an order, such as _sort=-date,_id';
  },
  _contained: (value) =>
    value === 'false' ? undefined : 'is false here: contained resources are not searched for by themselves',
  _after: (value) =>
    /^[\w-]{20,4000}$/u.test(value)
      ? undefined
      : 'is not from a "next" link of this server; start without it',
};

/** Search parameters that control the result; they search for nothing. */
export const controlParameters: readonly string[] = [
  ...Object.keys(controls).filter((name) => name !== '_after'),
  '_include',
  '_revinclude',
];

const MAX_KEYS = 5;

function totalOf(value: string | undefined): Search['total'] {
  return value === 'accurate' || value === 'estimate' ? value : 'none';
}

function sortOf(value: string | undefined): readonly SortKey[] {
  if (value === undefined) return [];
  return value.split(',').map((key) => ({ name: key.replace(/^-/u, ''), descending: key.startsWith('-') }));
}

function isSortable(type: string, name: string): boolean {
  if (name === '_id' || name === '_lastUpdated') return true;
  const { kind } = searchParameterOf(type, name) ?? {};
  return kind !== undefined && kind !== 'composite' && kind !== 'special';
}

/** `Observation:subject`, `Observation:subject:Patient` or `*`. */
function includeOf(
  name: '_include' | '_revinclude',
  modifier: string | undefined,
  value: string,
  own: string,
): Include | { readonly problem: string } {
  const direction = name === '_include' ? 'to' : 'from';
  if (modifier !== undefined && modifier !== 'iterate') return { problem: 'takes no modifier but iterate' };
  const iterate = modifier === 'iterate';
  if (value === '*') return { direction, type: null, parameter: null, target: null, iterate };
  const [type = '', parameter = '', target, ...rest] = value.split(':');
  const found = isResourceType(type) ? searchParameterOf(type, parameter) : undefined;
  const isKnown = parameter === '*' ? isResourceType(type) : found?.kind === 'reference';
  if (!isKnown || rest.length > 0)
    return { problem: `must name a type and one of its references, such as ${direction === 'to' ? `${own}:` : 'Observation:'}subject` }; // prettier-ignore
  if (target !== undefined && (found === undefined ? !isResourceType(target) : !leadsTo(found, target)))
    return { problem: 'names a type that this reference does not lead to' };
  return {
    direction,
    type,
    parameter: parameter === '*' ? null : parameter,
    target: target ?? null,
    iterate,
  };
}

/** How many values a criterion compares with. */
function sizeOf(criterion: Criterion): number {
  switch (criterion.type) {
    case 'composite':
      return criterion.anyOf.reduce((sum, parts) => sum + parts.length, 0);
    case 'or':
      return criterion.anyOf.reduce((sum, one) => sum + sizeOf(one), 0);
    case 'chain':
      // The same values, asked of each type that it may lead to.
      return criterion.anyOf.reduce((sum, one) => sum + sizeOf(one.criterion), 0);
    case 'has':
      return sizeOf(criterion.from.criterion);
    case 'uri':
      // Ten places that an address lies under cost as much as a value.
      return criterion.anyOf.reduce((sum, { how, uri }) => sum + (how === 'above' ? Math.ceil(uri.split('/').length / 10) : 1), 0); // prettier-ignore
    case 'string':
      // All texts are looked through for a part of one.
      return criterion.anyOf.reduce((sum, { how }) => sum + (how === 'contains' ? 10 : 1), 0);
    case 'and':
      return criterion.allOf.reduce((sum, one) => sum + sizeOf(one), 0);
    case 'missing':
    case 'compartment':
      return 1;
    default:
      return criterion.anyOf.length;
  }
}

function tooMany({ criteria, values }: SearchLimits): Issue {
  return {
    code: 'too-costly',
    diagnostics: `A search has ${criteria} parameters and ${values} values at most; ask for less at once, or name the type that a reference leads to (subject:Patient).`,
  };
}

function issue(name: string, problem: string): Issue {
  return { code: 'invalid', expression: `http.${name}`, diagnostics: `Search parameter ${name} ${problem}.` };
}

function unknown(name: string, type: string): Issue {
  const isName = /^[\w.-]{1,40}$/u.test(name);
  const own = searchParametersOf(type).map((parameter) => parameter.name);
  const known = ['_id', '_lastUpdated', '_list', ...own, ...controlParameters].join(', ');
  return {
    code: 'not-supported',
    diagnostics: `Search parameter ${isName ? name : 'with this name'} is not known here. Known of ${type} are ${known}. Remove it, or send "Prefer: handling=lenient" to have it ignored.`,
    ...(isName ? { expression: `http.${name}` } : {}),
  };
}
