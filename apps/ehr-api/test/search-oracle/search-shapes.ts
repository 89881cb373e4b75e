import type { Asked, Maker } from './asked.ts';
import { keyOf, referencesOf } from './criteria.ts';
import { parametersOf, type Resource, valuesOf } from './definitions.ts';
import type { Dice } from './dice.ts';
import type { Kind } from './kinds.ts';
import type { Pair } from './oracle.ts';
import { targetsOf } from './reference-matching.ts';

/** A search with what shapes its answer: order, inclusions, numbers, and where it looks. */
export function shaped(search: Asked, resource: Resource, maker: Maker): Asked {
  const { dice, isOn, world } = maker;
  const more: Pair[] = [];
  const kinds: Kind[] = [];
  const add = (kind: Kind, pair: Pair) => {
    more.push(pair);
    kinds.push(kind);
  };
  let { path, query } = search;
  if (path === resource.resourceType && isOn('system') && dice.chance(6)) {
    const named = common(
      query.map(([name]) => name),
      resource,
      maker,
    );
    const isOfAll = query.every(([name]) => /^_(?!has|include)[a-zA-Z]+(:not)?$/u.test(name));
    if (named !== undefined) {
      path = '';
      if (isOfAll && dice.chance(50)) kinds.push('system');
      else add('system', ['_type', named.join(',')]);
    }
  } else if (
    isOn('whole compartment') &&
    resource.resourceType !== 'Patient' &&
    path.startsWith('Patient/')
  ) {
    const patient = path.replace(/\/[^/]*$/u, '');
    if (dice.chance(40) && world.resources.has(patient)) {
      path = `${patient}/*`;
      kinds.push('whole compartment');
      const isFull = isOn('whole compartment by parameters') && dice.chance(50);
      query = isFull ? query.filter(([name]) => /^_(?!has)/u.test(name)) : [];
      if (isFull) kinds.push('whole compartment by parameters');
      else if (dice.chance(50)) query = [['_type', `${resource.resourceType},Patient`]];
      if (!isFull) return { path, query, count: search.count, kinds };
    }
  }
  const isOne = path.endsWith(resource.resourceType);
  if (isOn('_include') && isOne && dice.chance(8))
    include(resource, maker).forEach(([kind, pair]) => add(kind, pair));
  if (isOn('_revinclude') && isOne && dice.chance(8)) {
    const referrer = referrerOf(resource, maker);
    if (referrer !== undefined) add('_revinclude', ['_revinclude', referrer]);
  }
  if (isOn('_sort') && isOne && dice.chance(15)) add('_sort', ['_sort', sorting(resource, dice)]);
  if (isOn('_total') && dice.chance(20)) {
    if (isOn('_total=estimate') && dice.chance(20)) add('_total=estimate', ['_total', 'estimate']);
    else add('_total', ['_total', dice.chance(80) ? 'accurate' : 'none']);
  } else if (isOn('_summary=count') && dice.chance(5)) add('_summary=count', ['_summary', 'count']);
  if (isOn('lenient') && dice.chance(4)) add('lenient', ['nonsense', 'x']);
  const isPosted = isOn('POST') && path !== '' && dice.chance(10);
  return {
    ...{ path, query: [...query, ...more], count: search.count },
    // What a whole compartment is not asked for is not counted.
    kinds: [
      ...(query.length < search.query.length ? [] : search.kinds),
      ...kinds,
      ...(isPosted ? ['POST'] : []),
    ],
  };
}

/** The type with another that has the same parameters of the same kinds; undefined where there is none. */
function common(
  names: readonly string[],
  { resourceType: own }: Resource,
  { dice, world }: Maker,
): string[] | undefined {
  const codes = names.map((name) => name.split(':')[0] ?? '');
  if (names.some((name) => name.includes('.') || name.startsWith('_has'))) return undefined;
  const kindIn = (type: string, code: string) => parametersOf(type).find((one) => one.name === code)?.kind;
  const types = [...new Set([...world.resources.values()].map(({ resourceType }) => resourceType))];
  const alike = types.filter((type) =>
    codes.every(
      (code) =>
        code === '_list' || (kindIn(own, code) !== undefined && kindIn(type, code) === kindIn(own, code)),
    ),
  );
  // A type as modifier may be none that the other leads to; and a plain code has neither words nor a type.
  const isTyped = names.some((name) => /:(?:[A-Z]|text|of-type)/u.test(name));
  const others = alike.filter((type) => type !== own);
  return isTyped || others.length === 0 ? [own] : [own, dice.pick(others)];
}

function include(resource: Resource, { dice, isOn, world }: Maker): readonly (readonly [Kind, Pair])[] {
  const { resourceType: type } = resource;
  const links = referencesOf(type).flatMap((parameter) =>
    targetsOf(resource, parameter).map((key) => ({ name: parameter.name, target: world.resources.get(key) })),
  );
  if (links.length === 0) return [];
  const { name, target } = dice.pick(links);
  const value = dice.pick([`${type}:${name}`, `${type}:${name}`, target ? `${type}:${name}:${target.resourceType}` : '*', '*', `${type}:*`]); // prettier-ignore
  const first = ['_include', ['_include', value]] as const;
  if (target === undefined || !isOn(':iterate') || dice.chance(50)) return [first];
  const next = referencesOf(target.resourceType).filter((one) => valuesOf(target, one).length > 0);
  if (next.length === 0) return [first];
  return [first, [':iterate', ['_include:iterate', `${target.resourceType}:${dice.pick(next).name}`]]];
}

function referrerOf(resource: Resource, { dice, world }: Maker): string | undefined {
  const key = keyOf(resource);
  const links = [...world.resources.values()].flatMap((one) =>
    referencesOf(one.resourceType)
      .filter((parameter) => targetsOf(one, parameter).includes(key))
      .map(({ name }) => `${one.resourceType}:${name}`),
  );
  return links.length === 0 ? undefined : dice.pick(links);
}

function sorting(resource: Resource, dice: Dice): string {
  const sortable = parametersOf(resource.resourceType).filter(
    ({ kind, name, expressions }) =>
      !['composite', 'special'].includes(kind) && expressions.length > 0 && name !== 'phonetic',
  );
  const full = sortable.filter((one) => valuesOf(resource, one).length > 0);
  const kinds = [...new Set(full.map(({ kind }) => kind))];
  const one = () => {
    const kind = dice.pick(kinds);
    return (dice.chance(50) ? '-' : '') + dice.pick(full.filter((own) => own.kind === kind)).name;
  };
  return dice.chance(60) ? one() : `${one()},${one()}`;
}

/** What is wrong with each of these no server may overlook. */
const WRONG: readonly Pair[] = [
  ['nonsense', 'x'], ['birthdate', '1980-02-30'], ['birthdate', 'soon'], ['gender:contains', 'm'], ['name:nonsense', 'x'],
  ['identifier', '|'], ['identifier', 'a|b|c'], ['name', ''], ['_total', 'many'], ['_lastUpdated', 'gtnever'], ['organization', 'a b'],
  ['organization:Location', '1'], ['birthdate:exact', '1980'], ['name', 'a,,b'],
]; // prettier-ignore
const WRONG_OF: readonly (readonly [Kind, string, Pair])[] = [
  ['number', 'RiskAssessment', ['probability', 'high']], ['quantity', 'Observation', ['value-quantity', '5.4|mg']],
  ['quantity', 'Observation', ['value-quantity', 'heavy||mg']], ['composite', 'Observation', ['code-value-quantity', '1234-5']],
  ['missing', 'Patient', ['gender:missing', 'perhaps']], ['token:of-type', 'Patient', ['identifier:of-type', 'MR|1']],
  ['chain', 'Observation', ['subject:Patient.nonsense', '1']], ['chain', 'Observation', ['code.name', '1']],
  ['chain', 'Observation', ['subject:Organization.name', '1']], ['_has', 'Patient', ['_has:Observation:code:code', '1']],
  ['_has', 'Patient', ['_has:Observation:nonsense:code', '1']], ['_has', 'Patient', ['_has:Observation:patient:nonsense', '1']],
  ['_include', 'Patient', ['_include', 'Patient:nonsense']], ['_include', 'Patient', ['_include', 'Patient:name']],
  ['_sort', 'Patient', ['_sort', 'nonsense']], ['_sort', 'Observation', ['_sort', 'code-value-quantity']],
  ['system', '', ['name', 'x']], ['system', '', ['_type', 'Weight']], ['compartment', 'Patient/x1/Organization', ['_id', '1']],
]; // prettier-ignore

export function refusedSearch({ dice, isOn }: Maker): Asked {
  const special = WRONG_OF.filter(([kind]) => isOn(kind));
  const [path, pair] =
    special.length > 0 && dice.chance(60)
      ? (dice.pick(special).slice(1) as unknown as readonly [string, Pair])
      : (['Patient', dice.pick(WRONG)] as const);
  return { path, query: [pair], count: 30, kinds: ['refused'] };
}
