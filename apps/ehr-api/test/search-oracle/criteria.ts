import { dateMatcher } from './date-matching.ts';
import { elementsOf, isType, type Parameter, parameterOf, parametersOf, type Resource, valuesOf } from './definitions.ts'; // prettier-ignore
import { numberMatcher, quantityMatcher } from './range-matching.ts';
import { referenceMatcher, targetOf, targetsOf } from './reference-matching.ts';
import { type Matcher, split, stringMatcher, tokenMatcher, uriMatcher } from './text-matching.ts';

/** All that a server stores, and what else an answer depends on. */
export interface World {
  /** By `Type/id`. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** The server's own address. */
  readonly base: string;
  /** In milliseconds. */
  readonly now: number;
}

/** Whether a resource is among what one parameter asks for. */
export type Condition = (resource: Resource) => boolean;

/** What one parameter of a search asks of resources of a type; undefined where a server refuses it. */
export function conditionOf(type: string, name: string, value: string, world: World): Condition | undefined {
  if (name.startsWith('_has:')) return havingCondition(type, name, value, world);
  const dot = name.indexOf('.');
  if (dot !== -1) return chainCondition(type, name.slice(0, dot), name.slice(dot + 1), value, world);
  const [code = '', modifier, ...rest] = name.split(':');
  const values = split(value, ',');
  if (rest.length > 0 || values.includes('')) return undefined;
  if (code === '_id') return modifier === undefined ? ({ id }) => values.includes(id) : undefined;
  if (code === '_list') return modifier === undefined ? listCondition(values, world) : undefined;
  const parameter = parameterOf(type, code);
  if (parameter === undefined) return undefined;
  if (modifier === 'missing') return missingCondition(parameter, value);
  return parameter.kind === 'composite'
    ? compositeCondition(parameter, modifier, values, world)
    : valueCondition(parameter, modifier, values, world);
}

function missingCondition(parameter: Parameter, value: string): Condition | undefined {
  if (value !== 'true' && value !== 'false') return undefined;
  return (resource) => hasValue(resource, parameter) === (value === 'false');
}

/** Of a composite: whether any element has all its parts. */
export function hasValue(resource: Resource, parameter: Parameter): boolean {
  if (parameter.kind !== 'composite') return valuesOf(resource, parameter).length > 0;
  return elementsOf(resource, parameter).some((parts) => parts.every((part) => part.length > 0));
}

function valueCondition(
  parameter: Parameter,
  modifier: string | undefined,
  values: readonly string[],
  world: World,
): Condition | undefined {
  const isNot = parameter.kind === 'token' && modifier === 'not';
  const matchers = values.flatMap(
    (one) => matcherOf(parameter, isNot ? undefined : modifier, one, world) ?? [],
  );
  if (matchers.length < values.length) return undefined;
  const isFound: Condition = (resource) =>
    valuesOf(resource, parameter).some((found) => matchers.some((isIt) => isIt(found)));
  // Also where there is nothing that could match.
  return isNot ? (resource) => !isFound(resource) : isFound;
}

const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  string: ['exact', 'contains'],
  token: ['text', 'of-type'],
  uri: ['above', 'below'],
};

function matcherOf(
  parameter: Parameter,
  modifier: string | undefined,
  text: string,
  world: World,
): Matcher | undefined {
  const { kind, targets } = parameter;
  const isTarget = (one: string) => isType(one) && (targets.length === 0 || targets.includes(one));
  const isKnown =
    modifier === undefined ||
    (MODIFIERS[kind] ?? []).includes(modifier) ||
    (kind === 'reference' && (modifier === 'identifier' || isTarget(modifier)));
  if (!isKnown) return undefined;
  switch (kind) {
    case 'string':
      return stringMatcher(text, modifier);
    case 'token':
      return tokenMatcher(text, modifier);
    case 'uri':
      return uriMatcher(text, modifier);
    case 'reference':
      return referenceMatcher(text, modifier, parameter, world.base);
    case 'date':
      return dateMatcher(text, world.now);
    case 'number':
      return numberMatcher(text);
    case 'quantity':
      return quantityMatcher(text);
    default:
      return undefined;
  }
}

/** Values joined by `$`, a part each; all of them are met within one element. */
function compositeCondition(
  parameter: Parameter,
  modifier: string | undefined,
  values: readonly string[],
  world: World,
): Condition | undefined {
  if (modifier !== undefined) return undefined;
  const alternatives = values.map((value) => {
    const texts = split(value, '$');
    if (texts.length !== parameter.parts.length || texts.includes('')) return [undefined];
    return parameter.parts.map((part, index) => matcherOf(part, undefined, texts[index] ?? '', world));
  });
  if (alternatives.flat().includes(undefined)) return undefined;
  return (resource) =>
    elementsOf(resource, parameter).some((parts) =>
      alternatives.some((matchers) =>
        parts.every((found, index) => found.some((one) => matchers[index]?.(one) === true)),
      ),
    );
}

/** What the given lists hold: entries that lead to a resource of this server and were not taken out again. */
function listCondition(ids: readonly string[], { resources }: World): Condition {
  const held = new Set<string | undefined>();
  for (const id of ids) {
    const entries = (resources.get(`List/${id}`)?.['entry'] ?? []) as readonly { readonly item: unknown; readonly deleted?: boolean }[]; // prettier-ignore
    for (const { item, deleted } of entries) if (deleted !== true) held.add(targetOf(item));
  }
  return (resource) => held.has(keyOf(resource));
}

/** `subject:Patient.name`, or of every type that it may lead to and that has the parameter: `subject.name`. */
function chainCondition(
  type: string,
  link: string,
  rest: string,
  value: string,
  world: World,
): Condition | undefined {
  const [name = '', only] = link.split(':');
  const parameter = parameterOf(type, name);
  if (parameter?.kind !== 'reference') return undefined;
  const { targets } = parameter;
  if (only !== undefined && !(isType(only) && (targets.length === 0 || targets.includes(only))))
    return undefined;
  const allowed = only === undefined ? targets : [only];
  const candidates = allowed.length > 0 ? allowed : [...new Set([...world.resources.values()].map((one) => one.resourceType))]; // prettier-ignore
  const conditions = new Map(candidates.map((one) => [one, conditionOf(one, rest, value, world)]));
  if ([...conditions.values()].every((condition) => condition === undefined)) return undefined;
  return (resource) =>
    targetsOf(resource, parameter).some((key) => {
      const target = world.resources.get(key);
      return target !== undefined && conditions.get(target.resourceType)?.(target) === true;
    });
}

/** `_has:Observation:patient:code`: what some other resource refers to that meets the rest. */
function havingCondition(type: string, name: string, value: string, world: World): Condition | undefined {
  const [, source = '', link = '', ...rest] = name.split(':');
  const parameter = isType(source) ? parameterOf(source, link) : undefined;
  if (parameter?.kind !== 'reference' || rest.length === 0) return undefined;
  if (parameter.targets.length > 0 && !parameter.targets.includes(type)) return undefined;
  const condition = conditionOf(source, rest.join(':'), value, world);
  if (condition === undefined) return undefined;
  const referrers = [...world.resources.values()].filter((one) => one.resourceType === source);
  const reached = new Set(referrers.filter(condition).flatMap((referrer) => targetsOf(referrer, parameter)));
  return (resource) => reached.has(keyOf(resource));
}

export function keyOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

/** The parameters of a type that lead somewhere. */
export function referencesOf(type: string): readonly Parameter[] {
  return parametersOf(type).filter(({ kind }) => kind === 'reference');
}
