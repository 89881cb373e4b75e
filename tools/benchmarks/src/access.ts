import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPostgres } from '@ehr/testing-sandbox';
import autocannon from 'autocannon';
import Table from 'cli-table3';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { median } from './median.ts';
import { type Competitor, endCompetitor, startCompetitors } from './search/competitors.ts';
import { Filling } from './search/fill.ts';
import { shapes } from './search/shapes.ts';
import { EHR_API, endServer, type Server, startServer } from './server.ts';

/**
 * `npm run bench:access`: what identity and audit cost. Reads and searches of one page by ehr-api as it is open, with the audit,
 * and with tokens and audit, on one database of 10,000 resources, beside bare handlers (`rival/bare-api.ts`, `search/bare.ts`),
 * over 32 connections, taking turns, median of five (`ROUNDS`, `SECONDS`).
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 2);
const SIZE = 10_000;
const CONNECTIONS = 32;
const AUDIENCE = 'https://ehr.example.org/fhir';

/** A server, and how it is asked. */
interface Asked {
  readonly name: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly headers: Record<string, string>;
}

async function perSecond({ url, paths, headers }: Asked, seconds: number): Promise<number> {
  let asked = 0;
  const { requests, non2xx } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    headers,
    requests: [{ setupRequest: (defaults) => ({ ...defaults, path: paths[(asked += 1) % paths.length] ?? '/' }) }], // prettier-ignore
  });
  if (non2xx > 0) throw new Error(`${non2xx} answers were refusals: ${paths[0]}`);
  return requests.average;
}

/** An issuer of nothing but keys, and a clinician's token of it. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = request.url === '/jwks' ? { keys: [{ ...jwk, kid: 'k', alg: 'ES256' }] } : { issuer: url, jwks_uri: `${url}/jwks` }; // prettier-ignore
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  const jwk = await exportJWK(publicKey);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = { roles: ['clinician'], scope: 'user/*.cruds', client_id: 'bench' };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).setIssuer(issuer).setAudience(AUDIENCE).setSubject('clara').setIssuedAt().setExpirationTime('2h').sign(privateKey); // prettier-ignore
  return { issuer, token, stop: () => server.close() };
}

/** Observations in bundles, as `bench:api` writes them; their addresses. */
async function fillBare({ url }: Server, bodies: readonly object[]): Promise<readonly string[]> {
  const entry = bodies.map((resource) => ({ resource, request: { method: 'POST', url: 'Observation' } }));
  const answer = await fetch(`${url}/fhir`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ entry }) }); // prettier-ignore
  const bundle = (await answer.json()) as { entry: { response: { location: string } }[] };
  return bundle.entry.map(({ response }) => response.location.replace(/\/_history.*/u, ''));
}

const postgres = await startPostgres();
const started: Server[] = [];
const competitors: Competitor[] = [];
const issuer = await startIssuer();
try {
  const { 'ehr-api': open, bare, jsonb } = await startCompetitors(postgres.url, competitors);
  const filling = new Filling({ url: open.server.url, bare: bare.client, jsonb: jsonb.client });
  await filling.upTo(SIZE);
  const start = async (name: string, main: string, settings: Record<string, string>) => {
    const server = await startServer(name, main, settings);
    started.push(server);
    return server;
  };
  const at = (database: string) => Object.assign(new URL(postgres.url), { pathname: database }).href;
  await bare.client.query('create database reads');
  const reads = await start('bare', join(import.meta.dirname, 'rival/bare-api.ts'), {
    DATABASE_URL: at('reads'),
  });
  const audited = await start('ehr-api', EHR_API, { DATABASE_URL: at('ehr_api') });
  const EHR_ISSUERS = JSON.stringify([{ issuer: issuer.issuer, audience: AUDIENCE }]);
  const secured = await start('ehr-api', EHR_API, {
    DATABASE_URL: at('ehr_api'),
    EHR_ISSUERS,
    EHR_CLIENT_RATE: '10000000',
  });
  for (const { client } of competitors) await client.query('vacuum analyze');

  const page = (await (await fetch(`${open.server.url}/fhir/Observation?_count=1000`)).json()) as { entry: { resource: { id: string } }[] }; // prettier-ignore
  const records = page.entry.map(({ resource }) => resource);
  const bareReads = await fillBare(reads, records);
  const codes = shapes.find(({ key }) => key === 'code');
  if (codes === undefined) throw new Error('There is a search by code.');
  const { clinic, lately } = filling;
  const values = codes.values({ people: clinic.people, largeChart: clinic.largeChart, lately });
  const authorization = `Bearer ${issuer.token}`;
  const ours = (paths: readonly string[]): readonly Asked[] => [
    { name: 'open', url: open.server.url, paths, headers: {} },
    { name: 'audit', url: audited.url, paths, headers: {} },
    { name: 'tokens and audit', url: secured.url, paths, headers: { authorization } },
  ];
  const works = {
    'a read': [...ours(records.map(({ id }) => `/fhir/Observation/${id}`)), { name: 'bare', url: reads.url, paths: bareReads, headers: {} }], // prettier-ignore
    'a page of 20 by code': [...ours(values.map((value) => `/fhir/${codes.path(value)}`)), { name: 'bare', url: bare.server.url, paths: values.map((value) => `/search/code?v=${encodeURIComponent(JSON.stringify(value))}`), headers: {} }], // prettier-ignore
  };
  const table = new Table({ head: [`${SIZE} resources`, 'open', 'audit', 'tokens and audit', 'bare', 'the audit costs', 'with everything : bare'] }); // prettier-ignore
  for (const [work, asked] of Object.entries(works)) {
    for (const one of asked) await perSecond(one, 1);
    const rounds = asked.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [index, one] of asked.entries()) rounds[index]?.push(await perSecond(one, SECONDS));
    const [a = 0, b = 0, c = 0, d = 0] = rounds.map(median);
    table.push([work, ...[a, b, c, d].map((each) => `${Math.round(each)}/s`), `${Math.round((1 - b / a) * 100)} %`, (c / d).toFixed(2)]); // prettier-ignore
  }
  process.stdout.write(`${table.toString()}\nBars: the audit costs 25 % at most; with everything at least 0.45 of bare.\n`); // prettier-ignore
} finally {
  issuer.stop();
  await Promise.all(started.map(endServer));
  await Promise.all(competitors.map(endCompetitor));
  await postgres.stop();
}
