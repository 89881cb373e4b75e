import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres, workspaceRoot } from '@ehr/testing-sandbox';
import { type Competitor, type Competitors, endCompetitor, type Name, names, startCompetitors, statementsOf } from './competitors.ts'; // prettier-ignore
import { Filling } from './fill.ts';
import { type Figures, load, medians } from './measure.ts';
import { barsOf, type Measured, MIX, type Round, tableOf } from './report.ts';
import { askAll, type Question } from './same-answers.ts';
import { shapes } from './shapes.ts';
import { PAGE } from './statement.ts';

/**
 * `npm run bench:search`: searches of a clinic's day by ehr-api, by a bare Fastify with statements and tables made for them
 * (`bare.ts`), and by one table of `jsonb` (`jsonb.ts`), on the same records, over eight connections, taking turns, medians of
 * rounds, at several numbers of resources. First all must give the same answers. What ehr-api does not know is `refused`.
 * `SIZES=10000 ROUNDS=1 SECONDS=1` is shorter; `ONLY=code,has` asks those. The plans of `jsonb` go to `dist/bench-search.txt`.
 */
const SIZES = (process.env['SIZES'] ?? '10000,100000,300000').split(',').map(Number);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SECONDS = Number(process.env['SECONDS'] ?? 1);
const ONLY = process.env['ONLY']?.split(',');
const REPORT = join(workspaceRoot, 'dist/bench-search.txt');

const say = (text: string) => process.stdout.write(`${text}\n`);
const asked = shapes.filter(({ key }) => ONLY?.includes(key) ?? true);

/** Measures all in turns, each round beginning with another. */
async function inTurns(competitors: Competitors, paths: Question['paths']): Promise<Measured['figures']> {
  const rounds: Partial<Record<Name, Figures[]>> = {};
  const present = names.filter((name) => paths[name].length > 0);
  for (const name of present) for (const path of paths[name].slice(0, 20)) await fetch(competitors[name].server.url + path).then((answer) => answer.arrayBuffer()); // prettier-ignore
  for (let round = 0; round < ROUNDS; round += 1)
    for (let turn = 0; turn < present.length; turn += 1) {
      const name = present[(round + turn) % present.length] as Name;
      (rounds[name] ??= []).push(await load(competitors[name].server.url, paths[name], SECONDS));
    }
  return Object.fromEntries(Object.entries(rounds).map(([name, figures]) => [name, medians(figures)]));
}

/** What ehr-api answers, one search after the other, the same number of each. */
function mixOf(questions: readonly Question[]): Question['paths'] {
  const answered = questions.filter(({ refused }) => refused === undefined);
  const most = Math.max(0, ...answered.map(({ paths }) => paths.bare.length));
  const mixed = (name: Name) =>
    Array.from({ length: most }, (_, n) => answered.flatMap(({ paths }) => paths[name][n % paths[name].length] ?? [])).flat(); // prettier-ignore
  return { 'ehr-api': mixed('ehr-api'), bare: mixed('bare'), jsonb: mixed('jsonb') };
}

/** How PostgreSQL answers the rival, once for each search. */
async function explain({ client }: Competitor, { shape, paths }: Question, size: number): Promise<void> {
  const statement = statementsOf.jsonb[shape.key];
  const values = new URL(paths.jsonb[0] ?? '', 'http://jsonb').searchParams.get('v') ?? '[]';
  if (statement === undefined) return;
  const sql = statement.sql(PAGE + 1);
  const bound = [...statement.values(JSON.parse(values) as string[])];
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${sql}`, bound);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  await appendFile(REPORT, `\n${shape.name}, ${size} resources\n${sql}\n${JSON.stringify(bound)}\n${plan}\n`);
}

async function measureAt(size: number, competitors: Competitors, filling: Filling): Promise<Round> {
  const since = performance.now();
  await filling.upTo(size);
  for (const name of names) await competitors[name].client.query('vacuum analyze');
  say(`${size} resources after ${Math.round((performance.now() - since) / 1000)} s`);
  const { clinic, lately } = filling;
  const population = { people: clinic.people, largeChart: clinic.largeChart, lately };
  const questions: Question[] = [];
  const faults: unknown[] = [];
  for (const shape of asked)
    await askAll(competitors, population, shape).then(
      (question) => questions.push(question),
      (fault: unknown) => faults.push(fault),
    );
  if (faults.length > 0) throw new Error(faults.map(String).join('\n'));
  for (const question of questions) await explain(competitors.jsonb, question, size);
  const mix = mixOf(questions);
  // The first seconds of a process are its slowest.
  await inTurns(competitors, mix);
  const searches: Measured[] = [];
  for (const { shape, paths, isFull, refused } of questions) {
    const figures = await inTurns(competitors, paths);
    searches.push({ key: shape.key, name: shape.name, isFull, figures, ...(refused !== undefined && { refused }) }); // prettier-ignore
  }
  searches.push({ key: MIX, name: 'the mix of what ehr-api answers', isFull: false, figures: await inTurns(competitors, mix) }); // prettier-ignore
  return { size, searches };
}

await mkdir(join(workspaceRoot, 'dist'), { recursive: true });
await writeFile(REPORT, '');
const postgres = await startPostgres();
const started: Competitor[] = [];
try {
  const competitors = await startCompetitors(postgres.url, started);
  const filling = new Filling({
    url: competitors['ehr-api'].server.url,
    bare: competitors.bare.client,
    jsonb: competitors.jsonb.client,
  });
  const rounds: Round[] = [];
  for (const size of SIZES) {
    const round = await measureAt(size, competitors, filling);
    rounds.push(round);
    say(tableOf(round));
  }
  const refused = rounds.at(-1)?.searches.filter((search) => search.refused !== undefined) ?? [];
  for (const search of refused) say(`refused: ${search.name}: ${search.refused}`);
  say(barsOf(rounds, asked));
  say('The plans of jsonb are in dist/bench-search.txt.');
} finally {
  await Promise.all(started.map(endCompetitor));
  await postgres.stop();
}
