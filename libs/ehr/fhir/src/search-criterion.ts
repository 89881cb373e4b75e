import { approximately, type DatePrefix, isDatePrefix } from './date-prefix.ts';
import { type DateRange, dateRange } from './date-range.ts';
import { isResourceType } from './definitions.ts';
import { normalizeSearchString } from './normalize-search-string.ts';
import { targetOf } from './search-entries.ts';
import type { SearchParameter } from './search-parameters.ts';

/** One search parameter with the values of which at least one must match. */
export type Criterion =
  | { readonly type: 'id'; readonly anyOf: readonly string[] }
  | { readonly type: 'string'; readonly parameter: string; readonly anyOf: readonly StringMatch[] }
  /** `not`: none of them, also where there is no value. */
  | { readonly type: 'token'; readonly parameter: string; readonly anyOf: readonly TokenMatch[]; readonly not?: true } // prettier-ignore
  | { readonly type: 'date'; readonly parameter: string; readonly anyOf: readonly DateMatch[] }
  | { readonly type: 'lastUpdated'; readonly anyOf: readonly DateMatch[] }
  | { readonly type: 'reference'; readonly parameter: string; readonly anyOf: readonly ReferenceMatch[] }
  | { readonly type: 'uri'; readonly parameter: string; readonly anyOf: readonly UriMatch[] }
  /** What belongs to a patient's chart. */
  | { readonly type: 'compartment'; readonly patient: string };

/** How a text is compared with a value. */
export interface StringMatch {
  readonly how: 'starts' | 'contains' | 'exact';
  /** Normalised, except for `exact`. */
  readonly text: string;
}

/** `system` undefined: any; empty: none. `code` undefined: any code of the system. */
export interface TokenMatch {
  readonly system?: string;
  readonly code?: string;
}

/** `above`: what the address lies under, and itself · `below`: what lies under it, and itself. */
export interface UriMatch {
  readonly how: 'is' | 'above' | 'below';
  readonly uri: string;
}

/** Without a type: a resource with this id of any type that the parameter may lead to. */
export interface ReferenceMatch {
  readonly targetTypes: readonly string[];
  readonly targetId: string;
}

/** How a period is compared with a value. */
export interface DateMatch {
  readonly prefix: DatePrefix;
  readonly range: DateRange;
}

type Problem = { readonly problem: string };

/** Reads one `name:modifier=value,value`. Problems complete the sentence "Search parameter x …". */
export function parseCriterion(
  parameter: SearchParameter | '_id' | '_lastUpdated',
  modifier: string | undefined,
  value: string,
  now: Date,
): Criterion | Problem {
  // Neither a NUL nor half a surrogate pair can be stored, so it cannot be searched.
  if (value.includes('\0') || !value.isWellFormed())
    return { problem: 'has a value that is not text; correct its encoding' };
  const values = splitUnescaped(value, ',');
  if (values.includes('')) return { problem: 'has an empty value; give one or leave the parameter out' };
  const modifiers = typeof parameter === 'string' ? [] : parameter.modifiers;
  const isType = modifier !== undefined && typeof parameter === 'object' && leadsTo(parameter, modifier);
  if (modifier !== undefined && !modifiers.includes(modifier) && !isType)
    return { problem: `has a modifier it does not take here (${modifiers.join(', ') || 'none'} known)` };
  if (parameter === '_id') return { type: 'id', anyOf: values };
  if (parameter === '_lastUpdated')
    return collect(
      values.map((one) => dateMatch(one, now)),
      (anyOf) => ({ type: 'lastUpdated', anyOf }),
    );
  const { name, kind, targets } = parameter;
  switch (kind) {
    case 'string':
      return collect(values.map((text) => stringMatch(text, modifier)), (anyOf) => ({ type: kind, parameter: name, anyOf })); // prettier-ignore
    case 'token':
      return collect(values.map(tokenMatch), (anyOf) => ({ type: kind, parameter: name, anyOf, ...(modifier === 'not' && { not: true as const }) })); // prettier-ignore
    case 'date':
      return collect(
        values.map((one) => dateMatch(one, now)),
        (anyOf) => ({ type: kind, parameter: name, anyOf }),
      );
    case 'reference': {
      const types = modifier === undefined ? targets : [modifier];
      return collect(values.map((value) => referenceMatch(value, types)), (anyOf) => ({ type: kind, parameter: name, anyOf })); // prettier-ignore
    }
    case 'uri':
      return { type: kind, parameter: name, anyOf: values.map((uri) => ({ how: uriHow(modifier), uri: unescape(uri) })) }; // prettier-ignore
  }
}

function uriHow(modifier: string | undefined): UriMatch['how'] {
  return modifier === 'above' || modifier === 'below' ? modifier : 'is';
}

function leadsTo({ kind, targets }: SearchParameter, type: string): boolean {
  return kind === 'reference' && isResourceType(type) && (targets.length === 0 || targets.includes(type));
}

function referenceMatch(value: string, types: readonly string[]): ReferenceMatch | Problem {
  const text = unescape(value);
  const target = targetOf(text);
  if (target !== undefined) return { targetTypes: [target.targetType], targetId: target.targetId };
  if (!/^[A-Za-z0-9\-.]{1,64}$/u.test(text))
    return { problem: 'is neither an id nor a type and an id, such as Patient/1' };
  return { targetTypes: types, targetId: text };
}

function collect<T extends object>(
  parsed: readonly (T | Problem)[],
  make: (anyOf: readonly T[]) => Criterion,
): Criterion | Problem {
  const problem = parsed.find((one): one is Problem => 'problem' in one);
  return problem ?? make(parsed as readonly T[]);
}

/** Commas and bars separate, unless a backslash stands before them. The parts are still escaped. */
function splitUnescaped(value: string, separator: ',' | '|'): string[] {
  const parts = [''];
  for (const [character] of value.matchAll(/\\?[^]|\\$/gu)) {
    if (character === separator) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}

function unescape(value: string): string {
  return value.replaceAll(/\\([,|$\\])/gu, '$1');
}

function stringMatch(value: string, modifier: string | undefined): StringMatch | Problem {
  const text = unescape(value);
  if (modifier === 'exact') return { how: 'exact', text };
  const normal = normalizeSearchString(text);
  if (normal === '') return { problem: 'has a value without letters; give at least one' };
  return { how: modifier === 'contains' ? 'contains' : 'starts', text: normal };
}

function tokenMatch(value: string): TokenMatch | Problem {
  const [first = '', second, ...rest] = splitUnescaped(value, '|').map(unescape);
  if (rest.length > 0)
    return { problem: 'has more than one "|"; write system|value, with \\| inside a value' };
  if (second === undefined) return { code: first };
  if (first === '' && second === '') return { problem: 'is "|" alone; give a system, a value or both' };
  return { system: first, ...(second ? { code: second } : {}) };
}

function dateMatch(value: string, now: Date): DateMatch | Problem {
  const lead = value.slice(0, 2);
  const prefix = isDatePrefix(lead) ? lead : 'eq';
  const range = dateRange(isDatePrefix(lead) ? value.slice(2) : value);
  return range
    ? { prefix, range: prefix === 'ap' ? approximately(range, now.getTime()) : range }
    : { problem: 'is not a date that exists, such as 1980, 1980-05, 1980-05-17 or ge1980' };
}
