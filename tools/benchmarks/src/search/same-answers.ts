import type { Competitor, Competitors, Name } from './competitors.ts';
import { names, statementsOf } from './competitors.ts';
import type { Population, Shape } from './shapes.ts';
import { PAGE } from './statement.ts';

/** What each is asked for one search, with one path for each of its values. */
export interface Question {
  readonly shape: Shape;
  readonly paths: Readonly<Record<Name, readonly string[]>>;
  /** What ehr-api says where it does not know the search. */
  readonly refused?: string;
  /** Whether all pages that were looked at were full. */
  readonly isFull: boolean;
}

/** With so many of its values a search's answers are compared. */
const COMPARED = 5;

interface Answer {
  readonly total?: number;
  readonly entry?: readonly {
    readonly resource: { readonly resourceType: string; readonly id: string };
    readonly search: { readonly mode: string };
  }[];
  readonly link: readonly { readonly relation: string; readonly url: string }[];
}

interface Row {
  readonly type: string;
  readonly id: string;
  readonly mode: string;
}

const nameOf = ({ type, id }: Pick<Row, 'type' | 'id'>) => `${type}/${id}`;

/**
 * Makes a search's requests, and compares what they are answered: all that matches is the same for both rivals and as many
 * for ehr-api; a page has as many as it must, all of them among those; where the query says an order all pages are the same.
 * @throws Error where answers differ
 */
export async function askAll(
  competitors: Competitors,
  population: Population,
  shape: Shape,
): Promise<Question> {
  const all = shape.values(population);
  if (all.length === 0) throw new Error(`There is nothing to ask for by ${shape.name}.`);
  const refused = await refusalOf(competitors['ehr-api'], shape.path(all[0] ?? []));
  const paths: Record<Name, string[]> = { 'ehr-api': [], bare: [], jsonb: [] };
  const step = Math.max(1, Math.floor(all.length / COMPARED));
  let isFull = true;
  for (const [index, values] of all.entries()) {
    const asked = await placeOf(competitors.jsonb, shape, values);
    if (asked === null) continue;
    for (const rival of ['bare', 'jsonb'] as const)
      paths[rival].push(`/search/${shape.key}?v=${encodeURIComponent(JSON.stringify(asked))}`);
    if (refused === undefined) paths['ehr-api'].push(await pathOf(competitors['ehr-api'], shape, values));
    if (index % step !== 0) continue;
    const found = await compare(competitors, shape, values, names.flatMap((name) => paths[name].slice(-1).map((path) => [name, path] as const))); // prettier-ignore
    isFull &&= found >= PAGE;
  }
  return { shape, paths, isFull, ...(refused !== undefined && { refused }) };
}

/** Why ehr-api does not know a search; undefined where it answers. */
async function refusalOf({ server }: Competitor, path: string): Promise<string | undefined> {
  const answer = await fetch(`${server.url}/fhir/${path}`);
  const text = await answer.text();
  if (answer.ok) return undefined;
  if (![400, 404, 501].includes(answer.status)) throw new Error(`${path}: ${answer.status}: ${text}`);
  const { issue = [] } = JSON.parse(text) as { issue?: { diagnostics?: string }[] };
  return `${answer.status}: ${(issue[0]?.diagnostics ?? text).split('. ', 1).join().slice(0, 200)}`;
}

const counted = (path: string, count: number) =>
  `/fhir/${path}${path.includes('?') ? '&' : '?'}_count=${count}`;

/** Of ehr-api; a later page by the links to it. */
async function pathOf(
  competitor: Competitor,
  { path, page }: Shape,
  values: readonly string[],
): Promise<string> {
  let found = counted(path(values), PAGE);
  for (let number = 1; number < (page?.number ?? 1); number += 1) {
    const next = (await get(competitor, found)).link.find(({ relation }) => relation === 'next');
    if (next === undefined) throw new Error(`${found} has no page after ${number}.`);
    const { pathname, search } = new URL(next.url);
    found = pathname + search;
  }
  return found;
}

/** The values of a rival's search: for a later page also the time and id behind which it starts; null where there is none. */
async function placeOf(
  { client }: Competitor,
  { page }: Shape,
  values: readonly string[],
): Promise<readonly string[] | null> {
  if (page === undefined) return values;
  const { sql, values: bound } = statement('jsonb', page.of);
  const before = PAGE * (page.number - 1);
  const { rows } = await client.query<{ id: string; at: string }>(
    `select id, body::jsonb->>'effectiveDateTime' as at from (${sql(before + PAGE)}) s`,
    [...bound(values)],
  );
  const last = rows[before - 1];
  return last === undefined || rows.length < before + PAGE ? null : [...values, last.at, last.id];
}

/** How many match, at most a page for each. @throws Error where they differ */
async function compare(
  competitors: Competitors,
  shape: Shape,
  values: readonly string[],
  paths: readonly (readonly [Name, string])[],
): Promise<number> {
  const key = shape.page?.of ?? shape.key;
  const [bare, jsonb] = [await wholeOf(competitors.bare, 'bare', key, values), await wholeOf(competitors.jsonb, 'jsonb', key, values)]; // prettier-ignore
  const differ = (what: string): never => {
    throw new Error(`Answers differ for ${shape.name} of ${values.join(', ')}: ${what}`);
  };
  const whole = new Set(jsonb.map(nameOf));
  const matches = jsonb.filter(({ mode }) => mode === 'match').length;
  if (bare.length !== jsonb.length || !bare.every((row) => whole.has(nameOf(row))))
    differ(`bare finds ${bare.length}, jsonb ${jsonb.length}.`);
  const pages: string[] = [];
  for (const [name, path] of paths) {
    const { entry = [], total } = await get(competitors[name], path);
    const shown = entry.map(({ resource: { resourceType, id } }) => nameOf({ type: resourceType, id }));
    const strange = shown.find((one) => !whole.has(one));
    if (strange !== undefined) differ(`${name} also finds ${strange}.`);
    const count = entry.filter(({ search }) => search.mode === 'match').length;
    if (count !== Math.min(PAGE, matches) || new Set(shown).size !== shown.length)
      differ(`a page of ${name} has ${count} of ${matches}.`);
    if (matches <= PAGE && shown.length !== whole.size)
      differ(`${name} shows ${shown.length} of ${whole.size}.`);
    if (shape.total && total !== matches) differ(`${name} says that ${total} match, and ${matches} do.`);
    if (name === 'ehr-api') {
      const { total: all } = await get(competitors[name], counted(shape.path(values), 0));
      if (all !== matches) differ(`${name} counts ${all} of ${matches}.`);
    }
    if (shape.isOrdered) pages.push(shown.join(' '));
  }
  if (new Set(pages).size > 1) differ(`the order is not the same:\n${pages.join('\n')}`);
  return matches;
}

/** All that a rival finds. */
async function wholeOf(
  { client }: Competitor,
  name: 'bare' | 'jsonb',
  key: string,
  values: readonly string[],
): Promise<readonly Row[]> {
  const { sql, values: bound } = statement(name, key);
  const { rows } = await client.query<Row>(`select type, id, mode from (${sql()}) s`, [...bound(values)]);
  return rows;
}

function statement(name: 'bare' | 'jsonb', key: string) {
  const found = statementsOf[name][key];
  if (found === undefined) throw new Error(`${name} has no statement for ${key}.`);
  return found;
}

async function get({ name, server }: Competitor, path: string): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`);
  if (!answer.ok) throw new Error(`${name} answers ${answer.status} to ${path}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
