import fc from 'fast-check';
import type { Asked, Maker } from './asked.ts';
import { hasValue, keyOf, referencesOf } from './criteria.ts';
import {
  compartmentParameters,
  type Parameter,
  parametersOf,
  type Resource,
  valuesOf,
} from './definitions.ts';
import { arbitraryDice, type Dice } from './dice.ts';
import { allKinds, type Kind } from './kinds.ts';
import type { Pair, World } from './oracle.ts';
import { targetsOf } from './reference-matching.ts';
import { refusedSearch, shaped } from './search-shapes.ts';
import { compositeValue, valueFor } from './search-values.ts';
import { BARE } from './vocabulary.ts';

/** One parameter of a search. */
interface Criterion {
  readonly pair: Pair;
  readonly kinds: readonly string[];
}

/** Parameters that search for nothing here. */
const LEFT_OUT = ['_id', '_lastUpdated', '_text', '_content', '_query', 'phonetic', 'near'];

/** Searches of the given kinds, made from values that resources of the world have. */
export function arbitrarySearches(
  world: World,
  kinds: readonly Kind[],
  length: number,
): fc.Arbitrary<readonly Asked[]> {
  const isOn = (kind: Kind) => kinds.includes(kind);
  const one = arbitraryDice.map((dice) => searchOf({ world, dice, isOn }));
  return fc.array(one, { minLength: length, maxLength: length });
}

function searchOf(maker: Maker): Asked {
  const { dice, world, isOn } = maker;
  if (isOn('refused') && dice.chance(6)) return refusedSearch(maker);
  const resource = seldom(maker) ?? dice.pick([...world.resources.values()]);
  const { resourceType: type } = resource;
  const wanted = isOn('and') && dice.chance(35) ? 2 + dice.below(2) : 1;
  const criteria = Array.from({ length: wanted }, () => criterionFor(resource, maker));
  const isAnd = criteria.length > 1;
  const patients = (compartmentParameters(type) ?? []).flatMap((one) => targetsOf(resource, one));
  const patient = patients.find((key) => key.startsWith('Patient/'));
  const whole = {
    path: isOn('compartment') && patient !== undefined && dice.chance(20) ? `${patient}/${type}` : type,
    query: criteria.map(({ pair }) => pair),
    count: dice.chance(60) ? 30 : 1 + dice.below(dice.pick([4, 30])),
    kinds: [...criteria.flatMap((one) => one.kinds), ...(isAnd ? ['and'] : []), ...(isBare(resource) ? ['elements without a value'] : [])], // prettier-ignore
  };
  if (whole.path !== type) whole.kinds.push('compartment');
  return shaped(whole, resource, maker);
}

function isBare(resource: Resource): boolean {
  return JSON.stringify(resource).includes(`"id":"${BARE}"`);
}

/** Kinds that few types have, or few resources values for. */
const SELDOM = ['number', 'quantity', 'composite', 'uri'] as const;

/** At times a resource that has values of a kind that is seldom. */
function seldom({ world, dice, isOn }: Maker): Resource | undefined {
  const kinds = SELDOM.filter(isOn);
  if (kinds.length === 0 || dice.chance(70)) return undefined;
  const kind = dice.pick(kinds);
  const resources = [...world.resources.values()].filter((one) => parametersOf(one.resourceType).some((parameter) => parameter.kind === kind && !parameter.name.startsWith('_') && hasValue(one, parameter))); // prettier-ignore
  return resources.length === 0 ? undefined : dice.pick(resources);
}

/** A criterion that a resource mostly meets. */
function criterionFor(resource: Resource, maker: Maker, depth = 0): Criterion {
  const { dice, isOn, world } = maker;
  if (dice.chance(4)) return { pair: ['_id', resource.id], kinds: ['_id'] };
  if (dice.chance(4)) return lastUpdated(resource, dice);
  if (isOn('missing') && dice.chance(8)) return missing(resource, maker);
  if (isOn('_list') && dice.chance(15)) {
    const lists = [...world.resources.values()].filter((one) => one.resourceType === 'List');
    const holding = lists.filter((one) => JSON.stringify(one['entry']).includes(`"${keyOf(resource)}"`));
    if (holding.length > 0) return { pair: ['_list', dice.pick(holding).id], kinds: ['_list'] };
  }
  if (depth < 2 && isOn('chain') && dice.chance(14))
    return chain(resource, maker, depth) ?? plain(resource, maker);
  if (depth < 2 && isOn('_has') && dice.chance(14))
    return having(resource, maker, depth) ?? plain(resource, maker);
  return plain(resource, maker);
}

function plain(resource: Resource, maker: Maker): Criterion {
  const { dice, isOn, world } = maker;
  const all = parametersOf(resource.resourceType).filter(
    (one) => !LEFT_OUT.includes(one.name) && isUsed(one, isOn),
  );
  const full = all.filter((one) => hasValue(resource, one));
  // All kinds alike, however many parameters there are of each.
  const kinds = [...new Set(full.map(({ kind }) => kind))];
  for (let trial = 0; trial < 8 && kinds.length > 0; trial += 1) {
    const kind = dice.pick(kinds);
    const ofKind = full.filter((one) => one.kind === kind);
    // One of many; they alone have types, and words, to ask for.
    const special = ofKind.find(({ name }) => name === 'identifier' || name === 'name');
    const parameter = special && dice.chance(20) ? special : dice.pick(ofKind);
    // At times of another resource: it need not be found.
    const value = made(
      parameter,
      dice.chance(8) ? dice.pick([...world.resources.values()]) : resource,
      maker,
    );
    if (value === undefined) continue;
    const { modifier, prefix } = value;
    const name = parameter.name + (modifier === undefined ? '' : `:${modifier}`);
    const more = isOn('or') && dice.chance(20) ? others(parameter, modifier, maker) : [];
    const own = parameter.name.startsWith('_') ? [parameter.name] : [];
    return {
      pair: [name, [value.text, ...more].join(',')],
      kinds: [value.kind, ...own, ...(prefix === undefined ? [] : [`${kind} ${prefix}`]), ...(more.length > 0 ? ['or'] : [])], // prettier-ignore
    };
  }
  return { pair: ['_id', resource.id], kinds: ['_id'] };
}

function made(
  parameter: Parameter,
  resource: Resource,
  { dice, isOn, world: { base } }: Maker,
  modifier?: string,
) {
  if (parameter.kind === 'composite') return compositeValue(parameter, resource, { dice, isOn, base });
  const found = valuesOf(resource, parameter);
  return found.length === 0
    ? undefined
    : valueFor(parameter, dice.pick(found), { dice, isOn, base }, modifier);
}

/** Values for the same parameter and modifier, of any resources of the world. */
function others(parameter: Parameter, modifier: string | undefined, maker: Maker): readonly string[] {
  if (parameter.kind === 'reference' && modifier !== undefined) return [];
  const resources = [...maker.world.resources.values()];
  const texts = Array.from({ length: 6 }, () => {
    const value = made(parameter, maker.dice.pick(resources), maker, modifier ?? '');
    return value?.text ?? [];
  });
  return texts.flat().slice(0, 1 + maker.dice.below(2));
}

function isUsed({ name, kind }: Parameter, isOn: Maker['isOn']): boolean {
  if (name.startsWith('_')) return isOn(name as Kind);
  return allKinds.some((one) => one === kind) && isOn(kind as Kind);
}

function lastUpdated({ meta }: Resource, dice: Dice): Criterion {
  const { lastUpdated: at = '2020' } = (meta ?? {}) as { readonly lastUpdated?: string };
  const prefix = dice.pick(['', 'ge', 'le', 'gt', 'lt', 'ne', 'sa', 'eb']);
  const text = dice.chance(50) ? at : at.slice(0, 10);
  return { pair: ['_lastUpdated', prefix + text], kinds: ['_lastUpdated'] };
}

function missing(resource: Resource, { dice, isOn }: Maker): Criterion {
  const all = parametersOf(resource.resourceType).filter(
    (one) => !LEFT_OUT.includes(one.name) && isUsed(one, isOn),
  );
  const parameter = dice.pick(all.filter(({ kind }) => kind !== 'composite'));
  const isEmpty = valuesOf(resource, parameter).length === 0;
  return {
    pair: [`${parameter.name}:missing`, String(dice.chance(85) ? isEmpty : !isEmpty)],
    kinds: ['missing'],
  };
}

/** Over a reference of the resource to what it leads to. */
function chain(resource: Resource, maker: Maker, depth: number): Criterion | undefined {
  const { dice, world } = maker;
  const links = referencesOf(resource.resourceType).flatMap((parameter) =>
    targetsOf(resource, parameter).flatMap((key) => {
      const target = world.resources.get(key);
      return target === undefined ? [] : [{ parameter, target }];
    }),
  );
  if (links.length === 0) return undefined;
  const { parameter, target } = dice.pick(links);
  const { pair, kinds } = criterionFor(target, maker, depth + 1);
  const isSure = parameter.targets.length === 1 || dice.chance(40);
  const link = isSure ? `${parameter.name}:${target.resourceType}` : parameter.name;
  return { pair: [`${link}.${pair[0]}`, pair[1]], kinds: [...kinds, 'chain'] };
}

/** Back over a reference to the resource from what holds it. */
function having(resource: Resource, maker: Maker, depth: number): Criterion | undefined {
  const { dice, world } = maker;
  const key = keyOf(resource);
  const referrers = [...world.resources.values()].flatMap((referrer) =>
    referencesOf(referrer.resourceType).flatMap((parameter) =>
      targetsOf(referrer, parameter).includes(key) ? [{ referrer, parameter }] : [],
    ),
  );
  if (referrers.length === 0) return undefined;
  const { referrer, parameter } = dice.pick(referrers);
  const { pair, kinds } = criterionFor(referrer, maker, depth + 1);
  return {
    pair: [`_has:${referrer.resourceType}:${parameter.name}:${pair[0]}`, pair[1]],
    kinds: [...kinds, '_has'],
  };
}
