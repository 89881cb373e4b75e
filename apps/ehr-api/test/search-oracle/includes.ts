import { keyOf, referencesOf, type World } from './criteria.ts';
import { isType, type Parameter, parameterOf, type Resource } from './definitions.ts';
import { targetsOf } from './reference-matching.ts';

/** `_include` or `_revinclude`: by what is followed, and whether also from what was included. */
interface Include {
  readonly isReverse: boolean;
  readonly isIterated: boolean;
  /** `*` for any. */
  readonly source: string;
  /** Undefined for all. */
  readonly parameter?: Parameter | undefined;
  readonly target?: string | undefined;
}

/** Reads `Source:parameter:Target`, `Source:*` and `*`; undefined for what a server refuses. */
export function includeOf(name: string, value: string): Include | undefined {
  const [kind = '', modifier, ...others] = name.split(':');
  if (others.length > 0 || (modifier !== undefined && modifier !== 'iterate')) return undefined;
  const how = { isReverse: kind === '_revinclude', isIterated: modifier === 'iterate' };
  if (value === '*') return { ...how, source: '*' };
  const [source = '', link = '', target, ...rest] = value.split(':');
  if (!isType(source) || rest.length > 0 || (target !== undefined && !isType(target))) return undefined;
  if (link === '*') return { ...how, source, target };
  const parameter = parameterOf(source, link);
  if (parameter?.kind !== 'reference') return undefined;
  const leadsThere =
    target === undefined || parameter.targets.length === 0 || parameter.targets.includes(target);
  return leadsThere ? { ...how, source, parameter, target } : undefined;
}

/** All that is included with the matches, none of which is among it. */
export function included(
  matches: readonly Resource[],
  includes: readonly Include[],
  world: World,
): readonly Resource[] {
  const seen = new Set(matches.map(keyOf));
  const result: Resource[] = [];
  let from = matches;
  let rules = includes;
  while (from.length > 0 && rules.length > 0) {
    const reached = rules.flatMap((rule) => follow(from, rule, world));
    const fresh = reached.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
    result.push(...fresh);
    from = fresh;
    rules = includes.filter(({ isIterated }) => isIterated);
  }
  return result;
}

function follow(from: readonly Resource[], include: Include, { resources }: World): readonly Resource[] {
  if (!include.isReverse)
    return from.flatMap((resource) =>
      leadingFrom(resource, include).flatMap((key) => resources.get(key) ?? []),
    );
  const keys = new Set(from.map(keyOf));
  return [...resources.values()].filter((one) => leadingFrom(one, include).some((key) => keys.has(key)));
}

function leadingFrom(resource: Resource, { source, parameter, target }: Include): readonly string[] {
  if (source !== '*' && resource.resourceType !== source) return [];
  const parameters = parameter === undefined ? referencesOf(resource.resourceType) : [parameter];
  const keys = parameters.flatMap((one) => targetsOf(resource, one));
  return keys.filter((key) => target === undefined || key.startsWith(`${target}/`));
}
