import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@ehr/testing-sandbox';
import autocannon from 'autocannon';
import Table from 'cli-table3';
import { Client } from 'pg';
import { median } from './median.ts';
import { EHR_API, endServer, type Server, startServer } from './server.ts';

/**
 * `npm run bench:api`: ehr-api beside the least that stores and returns a body (`rival/bare-api.ts`) on one PostgreSQL, then
 * each on its embedded one: ingest by transaction bundles, then reads, creates and updates over 32 connections, taking turns,
 * median of five, at several numbers of resources. `SIZES=10000 ROUNDS=3 SECONDS=2` is shorter; `EHR_AUDIT=on` audits.
 */
const SIZES = (process.env['SIZES'] ?? '10000,100000,300000').split(',').map(Number);
/** PGlite is for laptops. */
const EMBEDDED_SIZES = SIZES.filter((size) => size <= 10_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 3);
const CONNECTIONS = 32;
const ENTRIES = 500;
const AUDIT = process.env['EHR_AUDIT'] ?? 'off';
const HEADERS = { 'content-type': 'application/fhir+json', prefer: 'return=minimal' };

/** Its records' ids, too. */
interface Store extends Server {
  readonly ids: string[];
}

const say = (text: string) => process.stdout.write(`${text}\n`);

function observation(n: number): object {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: {
      coding: [{ system: 'http://loinc.org', code: `8302-${n % 90}`, display: 'Body Height' }],
      text: 'Body Height',
    },
    subject: { reference: `Patient/${n % 1000}` },
    encounter: { reference: `Encounter/${n % 5000}` },
    effectiveDateTime: new Date(Date.UTC(2016, 0, 1) + n * 60_000).toISOString(),
    issued: new Date(Date.UTC(2016, 0, 1) + n * 60_000).toISOString(),
    valueQuantity: {
      value: 150 + (n % 500) / 10,
      unit: 'cm',
      system: 'http://unitsofmeasure.org',
      code: 'cm',
    },
  };
}

const started: Server[] = [];

/** Where a server keeps its records. */
type Place = { readonly DATABASE_URL: string } | { readonly EHR_DATA_DIR: string };

const MAINS = { 'ehr-api': EHR_API, bare: join(import.meta.dirname, 'rival/bare-api.ts') } as const;

async function start(name: keyof typeof MAINS, place: Place): Promise<Store> {
  const server = await startServer(name, MAINS[name], { EHR_AUDIT: AUDIT, ...place });
  started.push(server);
  return { ...server, ids: [] };
}

/** Resources a second. */
async function ingest({ url, ids }: Store, count: number): Promise<number> {
  const bundles = Array.from({ length: Math.ceil(count / ENTRIES) }, (_, index) =>
    JSON.stringify({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: Array.from({ length: ENTRIES }, (_entry, n) => ({
        fullUrl: `urn:uuid:${randomUUID()}`,
        resource: observation(ids.length + index * ENTRIES + n),
        request: { method: 'POST', url: 'Observation' },
      })),
    }),
  );
  const since = performance.now();
  const next = bundles.values();
  const one = async () => {
    for (const body of next) {
      const answer = await fetch(`${url}/fhir`, { method: 'POST', headers: HEADERS, body });
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      const { entry } = (await answer.json()) as { entry: { response: { location: string } }[] };
      for (const { response } of entry) ids.push(response.location.split('/').at(-3) ?? '');
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return (bundles.length * ENTRIES * 1000) / (performance.now() - since);
}

const works = { read: 'GET', create: 'POST', update: 'PUT' } as const;
type Work = keyof typeof works;

/** Answers a second. */
async function load({ url, ids }: Store, work: Work): Promise<number> {
  let count = 0;
  const request = () => {
    const id = ids[Math.floor(Math.random() * ids.length)] ?? '';
    const body = JSON.stringify({ ...(work === 'update' && { id }), ...observation((count += 1)) });
    const path = work === 'create' ? '/fhir/Observation' : `/fhir/Observation/${id}`;
    return {
      method: works[work],
      path, // Its own: autocannon writes the length of a body into it.
      headers: { ...HEADERS },
      ...(work !== 'read' && { body }),
    };
  };
  const { requests, non2xx } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ setupRequest: (defaults) => ({ ...defaults, ...request() }) }],
  });
  if (non2xx > 0) throw new Error(`${non2xx} answers of ${work} were refusals.`);
  return requests.average;
}

async function megabytes({ child }: Server): Promise<string> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)} MB`;
}

/** Measures both at each of the sizes, and ends them. */
async function compare(where: string, sizes: readonly number[], [ours, bare]: [Store, Store]): Promise<void> {
  for (const size of sizes) {
    const table = new Table({
      head: [`${size} resources, ${where}, audit ${AUDIT}`, 'ehr-api', 'bare', 'ratio'],
    });
    const row = (name: string, a: number, b: number) =>
      table.push([name, `${Math.round(a)}/s`, `${Math.round(b)}/s`, (a / b).toFixed(2)]);
    const inTurns = async (name: string, measure: (server: Store) => Promise<number>) => {
      const [a, b]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        a.push(await measure(ours));
        b.push(await measure(bare));
      }
      row(name, median(a), median(b));
    };
    const missing = size - ours.ids.length;
    if (missing > 0) await inTurns('ingest', (server) => ingest(server, missing / ROUNDS));
    for (const work of Object.keys(works) as Work[]) await inTurns(work, (server) => load(server, work));
    table.push(['memory', await megabytes(ours), await megabytes(bare), '']);
    table.push(['load of the machine', (loadavg()[0] ?? 0).toFixed(1), '', '']);
    say(table.toString());
  }
  await Promise.all([ours, bare].map(endServer));
}

const postgres = await startPostgres();
const directory = await mkdtemp(join(tmpdir(), 'ehr-bench-'));
try {
  const client = new Client(postgres.url);
  await client.connect();
  const onPostgres = async (name: keyof typeof MAINS) => {
    const database = name.replace('-', '_');
    await client.query(`create database ${database}`);
    return start(name, { DATABASE_URL: Object.assign(new URL(postgres.url), { pathname: database }).href });
  };
  const servers: [Store, Store] = [await onPostgres('ehr-api'), await onPostgres('bare')];
  await client.end();
  await compare('PostgreSQL', SIZES, servers);
  const since = performance.now();
  const embedded = await start('ehr-api', { EHR_DATA_DIR: join(directory, 'ehr-api') });
  await fetch(`${embedded.url}/fhir/Patient`);
  say(`first answer on an empty PGlite: ${((performance.now() - since) / 1000).toFixed(1)} s`);
  await compare('PGlite', EMBEDDED_SIZES, [
    embedded,
    await start('bare', { EHR_DATA_DIR: join(directory, 'bare') }),
  ]);
} finally {
  await Promise.all(started.map(endServer));
  await postgres.stop();
  await rm(directory, { recursive: true });
}
