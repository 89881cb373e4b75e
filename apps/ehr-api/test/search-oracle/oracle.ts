import { type Condition, conditionOf, keyOf, type World } from './criteria.ts';
import { compartmentParameters, EVERY_TYPE, isType, parameterOf, type Resource } from './definitions.ts';
import { included, includeOf } from './includes.ts';
import { targetsOf } from './reference-matching.ts';
import { type SortKey, sortKey, type SortRule, sortRules } from './sort-keys.ts';

export type { World } from './criteria.ts';

/** A name as it stands in a query, with its modifier, and its value. */
export type Pair = readonly [string, string];

/** What a search finds: `Type/id` of each, in no order. */
interface Answer {
  readonly kind: 'found';
  readonly ids: readonly string[];
  readonly total: number;
  /** By what they are sorted, and of each its keys. */
  readonly sortRules: readonly SortRule[];
  readonly sortKeys: ReadonlyMap<string, readonly SortKey[]>;
  readonly included: readonly string[];
}

/** What a search says; refused is what a server answers with 400, or with 404 where there is no such compartment. */
export type Outcome = Answer | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;

/** Names that shape the answer or say where to look; each with the values that it may have. */
const CONTROLS: Readonly<Record<string, RegExp>> = {
  _count: /^\d{1,6}$/u,
  _total: /^(none|estimate|accurate)$/u,
  _summary: /^(true|text|data|count|false)$/u,
  _elements: /./u,
};

/**
 * Search of FHIR R4 (http://hl7.org/fhir/R4/search.html) as it reads, over all resources one by one: slow, plain, and sharing
 * nothing with the server. Paths are below the server's address: `Observation`, `Patient/1/Observation`, `Patient/1/*`, and
 * nothing for all types.
 */
export function search(world: World, path: string, query: readonly Pair[], isLenient = false): Outcome {
  const place = placeOf(path, query);
  if (place === undefined) return REFUSED;
  const { types, named, isIn } = place;
  const conditions: (readonly Condition[])[] = [];
  const includes = [];
  let rules: readonly SortRule[] = [];
  for (const [name, value] of query) {
    if (name === '_type' && (path === '' || path.endsWith('/*'))) continue;
    const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
    if (control !== undefined) {
      if (!control.test(value)) return REFUSED;
    } else if (name === '_sort') {
      const sorted = sortRules(value, named);
      if (sorted === undefined) return REFUSED;
      rules = sorted;
    } else if (/^_(rev)?include(:|$)/u.test(name)) {
      const include = includeOf(name, value);
      if (include === undefined) return REFUSED;
      includes.push(include);
    } else {
      const found = named.flatMap((type) => conditionOf(type, name, value, world) ?? []);
      if (found.length === named.length) conditions.push(found);
      else if (!isLenient || isKnown(named, name)) return REFUSED;
    }
  }
  const matches = [...world.resources.values()].filter((resource) => {
    if (!types(resource.resourceType) || !isIn(resource)) return false;
    const index = Math.max(named.indexOf(resource.resourceType), 0);
    return conditions.every((one) => one[index]?.(resource) === true);
  });
  return {
    kind: 'found',
    ids: matches.map(keyOf),
    total: matches.length,
    sortRules: rules,
    sortKeys: new Map(matches.map((one) => [keyOf(one), rules.map((rule) => sortKey(one, rule))])),
    included: included(matches, includes, world).map(keyOf),
  };
}

/** Only a name that nobody knows may be ignored, not a value that is wrong. */
function isKnown(types: readonly string[], name: string): boolean {
  return (
    name.includes('.') || name.includes(':') || types.every((type) => parameterOf(type, name) !== undefined)
  );
}

/** Where a search looks. */
interface Place {
  readonly types: (type: string) => boolean;
  /** The types whose parameters it may use: one that is common to all stands for every type. */
  readonly named: readonly string[];
  readonly isIn: Condition;
}

function placeOf(path: string, query: readonly Pair[]): Place | undefined {
  const [first = '', id, last] = path.split('/');
  const asked = query.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','));
  const isAsked = (type: string) => asked.length === 0 || asked.includes(type);
  if ((first === '' || last === '*') && !asked.every(isType)) return undefined;
  if (first === '') {
    const named = asked.length === 0 ? [EVERY_TYPE] : [...new Set(asked)];
    return { types: isAsked, named, isIn: () => true };
  }
  if (id === undefined)
    return isType(first) ? { types: (type) => type === first, named: [first], isIn: () => true } : undefined;
  if (first !== 'Patient' || last === undefined) return undefined;
  const patient = `Patient/${id}`;
  const isIn: Condition = (resource) =>
    keyOf(resource) === patient ||
    (compartmentParameters(resource.resourceType) ?? []).some((one) =>
      targetsOf(resource, one).includes(patient),
    );
  if (last === '*') return { types: isAsked, named: [EVERY_TYPE], isIn };
  if (!isType(last) || compartmentParameters(last) === undefined) return undefined;
  return { types: (type) => type === last, named: [last], isIn };
}

/** Resources by their keys, as a world holds them. */
export function worldOf(resources: readonly Resource[], base: string, now: number): World {
  return { resources: new Map(resources.map((one) => [keyOf(one), one])), base, now };
}
