import type { RunningApi } from '../start-api.ts';
import type { Asked } from './asked.ts';
import { type Outcome, search, type World } from './oracle.ts';
import { isInOrder } from './sort-keys.ts';

/** An entry of a bundle of what was found. */
interface Entry {
  readonly resource: { readonly resourceType: string; readonly id: string };
  readonly search: { readonly mode: 'match' | 'include' };
}

/** All pages of what the server says. */
interface Said {
  /** Of the last page. */
  readonly status: number;
  readonly matches: readonly string[];
  readonly included: readonly string[];
  /** Of each page. */
  readonly totals: readonly (number | undefined)[];
  /** What is wrong whatever was asked; of a refusal, why. */
  readonly faults: readonly string[];
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Reads all pages, following what the server names next. */
async function ask(api: RunningApi, { path, query, count, kinds }: Asked): Promise<Said> {
  const isCount = query.some(([name, value]) => name === '_summary' && value === 'count');
  const pairs = [...query, ...(isCount ? [] : [['_count', String(count)] as const])];
  const headers = kinds.includes('lenient') ? { prefer: 'handling=lenient' } : {};
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
  const matches: string[] = [];
  const included: string[] = [];
  const totals: (number | undefined)[] = [];
  const faults: string[] = [];
  let url: string | undefined = `/fhir${path === '' ? '' : `/${path}`}?${text}`;
  let isFirst = true;
  while (url !== undefined) {
    const isPosted = isFirst && kinds.includes('POST');
    const answer: Awaited<ReturnType<RunningApi['get']>> = await (isPosted
      ? api.send({
          method: 'POST',
          url: `/fhir/${path}/_search`,
          headers: { ...FORM, ...headers },
          payload: text,
        })
      : api.get(url, headers));
    const { status, body } = answer;
    isFirst = false;
    if (status !== 200)
      return { status, matches, included, totals, faults: body.issue.map(({ diagnostics }) => diagnostics) };
    const entries = ((body.entry ?? []) as unknown as readonly Entry[]).map(({ resource, search: { mode } }) => ({ key: `${resource.resourceType}/${resource.id}`, mode })); // prettier-ignore
    const keys = entries.map(({ key }) => key);
    if (new Set(keys).size < keys.length) faults.push('a page has an entry twice');
    const own = entries.flatMap(({ key, mode }) => (mode === 'match' ? [key] : []));
    if (own.length > count) faults.push(`a page has ${own.length} matches, not ${count} at most`);
    matches.push(...own);
    included.push(...entries.flatMap(({ key, mode }) => (mode === 'include' ? [key] : [])));
    totals.push(body.total);
    const next = body.link.find(({ relation }) => relation === 'next');
    if (next !== undefined && own.length === 0) faults.push('a page without matches has a next one');
    if (totals.length > 100) faults.push('there is no end of pages');
    url = next === undefined || faults.length > 0 ? undefined : pathOf(next.url);
  }
  if (new Set(matches).size < matches.length) faults.push('a match is there twice');
  return { status: 200, matches, included, totals, faults };
}

function pathOf(address: string): string {
  const { pathname, search: query } = new URL(address);
  return pathname + query;
}

/** What server and oracle say of a search, and how they differ. */
export interface Compared {
  readonly expected: Outcome;
  readonly differences: readonly string[];
  /** `Type/id` of the resources that the one finds and the other does not. */
  readonly different: readonly string[];
}

/** Asks both. */
export async function compare(api: RunningApi, world: World, asked: Asked): Promise<Compared> {
  const expected = search(world, asked.path, asked.query, asked.kinds.includes('lenient'));
  const said = await ask(api, asked);
  if (expected.kind === 'refused') {
    const isRefused = said.status === 400 || said.status === 404;
    const differences = isRefused ? [] : [`the oracle refuses it, the server answers ${said.status} and finds ${said.matches.length}`]; // prettier-ignore
    return { expected, differences, different: [] };
  }
  // Along references to anything the same is asked of all types, and of all that these refer to: the server has a limit.
  const isBroad = asked.query.some(([name]) => /^[a-z][\w-]*\.[\w-]+\./u.test(name));
  if (isBroad && said.faults.some((fault) => fault.includes('500 values at most')))
    return { expected, differences: [], different: [] };
  if (said.status !== 200)
    return { expected, differences: [`the oracle finds ${expected.total}, the server answers ${said.status}: ${said.faults.join(' ')}`], different: [] }; // prettier-ignore
  const isCount = asked.query.some(([name, value]) => name === '_summary' && value === 'count');
  const ids = isCount ? [] : expected.ids;
  const matches = compareSets('matches', said.matches, ids);
  // What is a match on another page may be included on this one.
  const isMatch = new Set(expected.ids);
  const others = said.included.filter((key) => !isMatch.has(key));
  const included = compareSets('inclusions', others, isCount ? [] : expected.included);
  return {
    expected,
    differences: [
      ...said.faults,
      ...matches.text,
      ...included.text,
      ...totalDifferences(said, asked, expected.total),
      ...orderDifferences(said, expected),
    ],
    different: [...matches.keys, ...included.keys],
  };
}

function compareSets(what: string, said: readonly string[], expected: readonly string[]) {
  const [of, to] = [new Set(said), new Set(expected)];
  const [more, less] = [[...of].filter((key) => !to.has(key)), [...to].filter((key) => !of.has(key))];
  const text = [
    ...(more.length > 0 ? [`${what} of the server alone: ${more.join(' ')}`] : []),
    ...(less.length > 0 ? [`${what} of the oracle alone: ${less.join(' ')}`] : []),
  ];
  return { text, keys: [...more, ...less] };
}

/** An exact number where it is asked for; of an estimate only that there is one. */
function totalDifferences({ totals }: Said, { query }: Asked, expected: number): readonly string[] {
  const has = (name: string, value: string) => query.some((pair) => pair[0] === name && pair[1] === value);
  if (has('_total', 'accurate') || has('_summary', 'count'))
    return totals.every((total) => total === expected) ? [] : [`the total is ${totals.join(', ')}, not ${expected}`]; // prettier-ignore
  if (has('_total', 'estimate')) return totals.includes(undefined) ? ['there is no estimate'] : [];
  return has('_total', 'none') && totals.some((total) => total !== undefined) ? ['there is a total'] : [];
}

function orderDifferences(
  { matches }: Said,
  { sortKeys, sortRules }: Exclude<Outcome, { kind: 'refused' }>,
): readonly string[] {
  for (const [index, key] of matches.slice(1).entries()) {
    const [one, other] = [sortKeys.get(matches[index] ?? ''), sortKeys.get(key)];
    if (one !== undefined && other !== undefined && !isInOrder(one, other, sortRules))
      return [`${matches[index]} (${one.join(', ')}) stands before ${key} (${other.join(', ')})`];
  }
  return [];
}

/** The search without whatever may be left out while they still differ: fewer parameters, then fewer values. */
export async function smallest(api: RunningApi, world: World, asked: Asked): Promise<Asked> {
  // Without its types a search may use other parameters.
  const without = asked.query.flatMap(([name], index) =>
    name === '_type' ? [] : [{ ...asked, query: asked.query.filter((_one, at) => at !== index) }],
  );
  const values = asked.query.flatMap(([name, value], index) =>
    name !== '_type' && value.includes(',') && !value.includes('\\')
      ? value.split(',').map((one) => ({ ...asked, query: asked.query.map((pair, at) => (at === index ? ([name, one] as const) : pair)) })) // prettier-ignore
      : [],
  );
  const plain = asked.kinds.includes('POST') ? [{ ...asked, kinds: asked.kinds.filter((kind) => kind !== 'POST') }] : []; // prettier-ignore
  const onOne = asked.count === 1000 ? [] : [{ ...asked, count: 1000 }];
  for (const less of [...without, ...values, ...plain, ...onOne]) {
    const { differences } = await compare(api, world, less);
    if (differences.length > 0) return smallest(api, world, less);
  }
  return asked;
}
