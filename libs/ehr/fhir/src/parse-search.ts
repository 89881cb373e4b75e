import type { Issue } from './operation-outcome.ts';
import { type Criterion, parseCriterion } from './search-criterion.ts';
import type { SearchParameter } from './search-parameters.ts';

/** A search understood: AND over `criteria`, each of which is an OR. */
export interface Search {
  readonly criteria: readonly Criterion[];
  readonly count: number;
  readonly total: 'none' | 'accurate';
  /** Where the page before ended; opaque to clients. */
  readonly after?: string;
  /** The parameters that were used, for the self link (without `_after`). */
  readonly used: readonly (readonly [string, string])[];
}

/** How a search's result is wanted: how many, in which order, from where on. */
export interface SearchOptions {
  readonly parameters: readonly SearchParameter[];
  /** `Prefer: handling=lenient`: unknown parameters are dropped, and missing from the self link. */
  readonly lenient: boolean;
  /** What `ap` is near to. */
  readonly now: Date;
}

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;
/** More than anybody asks by hand; each costs the database. */
const MAX_CRITERIA = 30;
const MAX_VALUES = 500;

/** Reads query pairs. Unknown names are errors: an ignored filter would show patients nobody asked for. */
export function parseSearch(
  pairs: readonly (readonly [string, string])[],
  { parameters, lenient, now }: SearchOptions,
): { readonly search: Search } | { readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const criteria: Criterion[] = [];
  const used: (readonly [string, string])[] = [];
  const control = new Map<string, string>();
  for (const [key, value] of pairs) {
    const [name = '', modifier] = key.split(':', 2);
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (Object.hasOwn(controls, name) && modifier === undefined) {
      const problem = control.has(name) ? 'may be given once' : controls[name]?.(value);
      if (problem) issues.push(issue(name, problem));
      control.set(name, value);
      if (name !== '_after') used.push([key, value]);
    } else if (parameter || name === '_id' || name === '_lastUpdated') {
      const criterion = parseCriterion(parameter ?? (name as '_id' | '_lastUpdated'), modifier, value, now);
      if ('problem' in criterion) issues.push(issue(name, criterion.problem));
      else criteria.push(criterion);
      used.push([key, value]);
    } else if (!lenient) issues.push(unknown(name, parameters));
  }
  if (issues.length > 0) return { issues };
  const values = criteria.reduce((sum, one) => sum + ('anyOf' in one ? one.anyOf.length : 1), 0);
  if (criteria.length > MAX_CRITERIA || values > MAX_VALUES) return { issues: [tooMany] };
  const after = control.get('_after');
  return {
    search: {
      criteria,
      count: Math.min(Number(control.get('_count') ?? DEFAULT_COUNT), MAX_COUNT),
      total: (control.get('_total') ?? 'none') === 'none' ? 'none' : 'accurate',
      ...(after ? { after } : {}),
      used,
    },
  };
}

/** The parameters that shape the answer rather than filter it, each with what is wrong with a value. */
const controls: Readonly<Record<string, (value: string) => string | undefined>> = {
  _count: (value) => (/^\d{1,6}$/u.test(value) ? undefined : `must be a whole number, 0 to ${MAX_COUNT}`),
  _total: (value) =>
    ['none', 'estimate', 'accurate'].includes(value) ? undefined : 'must be none, estimate or accurate',
  _after: (value) =>
    /^-?\d{1,16}\.\d{1,18}\.\d{1,15}$/u.test(value)
      ? undefined
      : 'is not from a "next" link of this server; start without it',
};

/** Search parameters that control the result; they search for nothing. */
export const controlParameters = Object.keys(controls).filter((name) => name !== '_after');

const tooMany: Issue = {
  code: 'too-costly',
  diagnostics: `A search has ${MAX_CRITERIA} parameters and ${MAX_VALUES} values at most; ask for less at once.`,
};

function issue(name: string, problem: string): Issue {
  return { code: 'invalid', expression: `http.${name}`, diagnostics: `Search parameter ${name} ${problem}.` };
}

function unknown(name: string, parameters: readonly SearchParameter[]): Issue {
  const shown = /^[\w.-]{1,40}$/u.test(name) ? name : 'with this name';
  const known = [
    '_id',
    '_lastUpdated',
    ...parameters.map((parameter) => parameter.name),
    ...controlParameters,
  ].join(', ');
  return {
    code: 'not-supported',
    diagnostics: `Search parameter ${shown} is not known here. Known are ${known}. Remove it, or send "Prefer: handling=lenient" to have it ignored.`,
    ...(shown === name ? { expression: `http.${name}` } : {}),
  };
}
