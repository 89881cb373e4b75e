import { history, openJournal } from '@ehr/delivery-core';
import { createDocuments, createTransport } from '@ehr/delivery-registry';
import { registryAccount, registryRules, startFakeRegistry, startFaultProxy } from '@ehr/testing-fakes';
import { startRegistry } from '@ehr/testing-sandbox';
import { deliveriesTo, type RegistryDeliveries } from '@ehr/testing-worlds';
import Table from 'cli-table3';
import pLimit from 'p-limit';

/**
 * `npm run bench:registry`: what deliveries ask of a registry, with a journal of 100, 1,000 and 20,000 changes, without
 * and with a latency of 100 ms: on a real Distribution and on one with Docker Hub's rules. A pull is a GET of a manifest:
 * Docker Hub counts those.
 */
const ENTRIES = [100, 1_000, 20_000] as const;
const LATENCIES = [0, 100] as const;
/** Changes whose documents are whole. */
const RECENT = 100;

/** A request that reached the registry or its token service. */
interface Request {
  readonly method: string;
  readonly path: string;
}

/** A registry that is measured. */
interface Measured {
  readonly name: string;
  readonly host: string;
  /** The same, without what measures. */
  readonly direct: string;
  readonly requests: Request[];
  /** From now on every answer waits so long; milliseconds. */
  readonly wait: (milliseconds: number) => void;
  stop(): Promise<void>;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
/** Each command with its requests, pulls in brackets, and the time it took. */
const COMMANDS = ['plan', 'a line', 'attested', 'release', 'new release', 'history of 20'] as const;
const numbers = new Table({
  head: ['', 'changes', 'latency', 'plan', '', 'memory', ...COMMANDS.slice(1).flatMap((name) => [name, ''])],
});
const purposes = new Map<string, Map<string, number>>();

for (const start of [startDistribution, startDockerHub]) {
  const measured = await start();
  for (const entries of ENTRIES) {
    const repository = `acme-${entries}/ehr-api`;
    await fill(measured.direct, repository, entries);
    const place = { registry: measured.host, repository, credentials: registryAccount };
    const dev = await deliveriesTo(place, { environment: 'dev' });
    const prod = await deliveriesTo(place);
    for (const latency of LATENCIES) await row(measured, dev, prod, entries, latency);
    await dev.remove();
    await prod.remove();
    say(`${measured.name}, ${entries} changes`);
  }
  await measured.stop();
}
say(numbers.toString());
const kinds = [...new Set([...purposes.values()].flatMap((counts) => [...counts.keys()]))];
const byPurpose = new Table({ head: ['requests for', ...kinds] });
for (const [what, counts] of purposes) byPurpose.push([what, ...kinds.map((kind) => counts.get(kind) ?? 0)]);
say(byPurpose.toString());

/** One row: each command in a process of its own, as far as the registry sees. */
async function row(
  { name, requests, wait }: Measured,
  dev: RegistryDeliveries,
  prod: RegistryDeliveries,
  entries: number,
  latency: number,
): Promise<void> {
  const image = (line: string) => dev.image(`${line} ${entries} ${latency}`);
  const before = await image('before');
  await dev.ship(before);
  await prod.ship(before);
  wait(latency);
  const cells: string[] = [];
  const count = async (what: (typeof COMMANDS)[number], run: () => Promise<unknown>) => {
    requests.length = 0;
    global.gc?.();
    const memory = process.memoryUsage().heapUsed;
    const since = performance.now();
    await run();
    const seconds = `${((performance.now() - since) / 1000).toFixed(1)} s`;
    const megabytes = (process.memoryUsage().heapUsed - memory) / 1e6;
    if (what === 'plan') cells.push(`${requests.length}`, seconds, `${megabytes.toFixed(1)} MB`);
    else cells.push(`${requests.length} (${pullsOf(requests)})`, seconds);
    if (entries === 1_000 && latency === 0 && name !== 'Distribution')
      purposes.set(what, purposesOf(requests));
  };
  const [plain, attested, released] = [
    await image('plain'),
    await image('attested'),
    await image('released'),
  ];
  await count('plan', () => dev.plan(plain));
  await count('a line', () => dev.ship(plain, { attested: false }));
  await count('attested', () => dev.ship(attested));
  await count('release', () => prod.ship(attested, { release: `v1.${entries}.${latency}` }));
  await count('new release', () => prod.ship(released, { release: `v1.${entries}.${latency + 1}` }));
  await count('history of 20', () =>
    history({ environment: 'staging', limit: 20 }, { registry: dev.client() }),
  );
  wait(0);
  numbers.push([name, entries, `${latency} ms`, ...cells]);
}

/** What an image's attachments are looked for under is not there yet: no pull. */
function pullsOf(requests: readonly Request[]): number {
  return requests.filter(({ method, path }) => method === 'GET' && /\/manifests\/(?!sha256-)/.test(path))
    .length;
}

function purposesOf(requests: readonly Request[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const kind = purposeOf(method, path);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function purposeOf(method: string, path: string): string {
  if (path.startsWith('/token')) return 'sign-in';
  if (/\/tags\/list|\/manifests\/journal/.test(path)) return 'journal';
  if (/\/manifests\/lock-/.test(path)) return 'lock';
  if (/\/referrers\/|\/manifests\/sha256-/.test(path)) return 'attachments';
  if (/\/blobs\/|\/manifests\/sha256:/.test(path)) return 'content';
  return method === 'PUT' ? 'tags written' : 'tags read';
}

/** Writes a journal of so many changes: the last hundred as they are, and of older ones, which nobody reads, the tags. */
async function fill(registry: string, repository: string, count: number): Promise<void> {
  const documents = createDocuments(createTransport({ registry, repository, credentials: registryAccount }));
  const hashOf = (number: number) => number.toString(16).padStart(64, '0');
  const old = Array.from({ length: count - RECENT }, (_, index) => index + 1);
  await pLimit(8).map(old, (number) =>
    documents.write(`journal-${String(number).padStart(8, '0')}-${hashOf(number).slice(-12)}`, '{}'),
  );
  const journal = openJournal('ehr-api', documents);
  for (let number = count - RECENT + 1; number <= count; number += 1) {
    const hash = hashOf(number);
    await journal.append([
      {
        run: hash.slice(-12),
        kind: 'released',
        service: 'ehr-api',
        environment: 'staging',
        digest: `sha256:${hash}`,
        fingerprint: hash,
        revision: hash.slice(-40),
        version: 'unversioned',
        at: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
        reason: 'deploy',
      },
    ]);
  }
}

async function startDistribution(): Promise<Measured> {
  const registry = await startRegistry();
  const proxy = await startFaultProxy(registry.host);
  const requests: Request[] = [];
  let milliseconds = 0;
  proxy.inject(({ method, path }) => {
    requests.push({ method, path });
    return milliseconds === 0 ? undefined : { kind: 'delay', milliseconds };
  });
  return {
    name: 'Distribution',
    host: proxy.host,
    direct: registry.host,
    requests,
    wait: (latency) => void (milliseconds = latency),
    stop: async () => {
      await proxy.stop();
      await registry.stop();
    },
  };
}

async function startDockerHub(): Promise<Measured> {
  const fake = await startFakeRegistry(registryRules.dockerHub);
  return { ...fake, direct: fake.host, name: 'Docker Hub’s rules' };
}
