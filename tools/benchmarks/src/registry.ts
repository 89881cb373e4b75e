import { type Documents, history, openJournal } from '@ehr/delivery-core';
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

/** A request that reached the registry or its token service. */
interface Request {
  readonly method: string;
  readonly path: string;
}

/** A registry that is measured. */
interface Measured {
  readonly name: string;
  readonly host: string;
  readonly requests: Request[];
  /** From now on every answer waits so long; milliseconds. */
  wait(milliseconds: number): void;
  stop(): Promise<void>;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const numbers = new Table({
  head: [
    '',
    'changes',
    'latency',
    'plan',
    '',
    '',
    'a line',
    '',
    'attested',
    '',
    'release',
    '',
    'history',
    '',
  ],
});
const purposes = new Map<string, Map<string, number>>();

for (const start of [startDistribution, startDockerHub]) {
  const measured = await start();
  const texts = await journalTexts(Math.max(...ENTRIES));
  for (const entries of ENTRIES) {
    const repository = `acme-${entries}/ehr-api`;
    await fill(measured.host, repository, texts.slice(0, entries));
    for (const latency of LATENCIES) await row(measured, repository, entries, latency);
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
async function row(measured: Measured, repository: string, entries: number, latency: number): Promise<void> {
  const { host, requests } = measured;
  const deliveries = await deliveriesTo({ registry: host, repository, credentials: registryAccount });
  try {
    const line = (name: string) => deliveries.image(`${name} ${entries} ${latency}`);
    await deliveries.ship(await line('before'));
    measured.wait(latency);
    const cells: string[] = [];
    const count = async (what: string, run: (of: RegistryDeliveries) => Promise<unknown>) => {
      requests.length = 0;
      global.gc?.();
      const memory = process.memoryUsage().heapUsed;
      const since = performance.now();
      await run(deliveries);
      const seconds = (performance.now() - since) / 1000;
      if (what === 'plan') {
        const megabytes = (process.memoryUsage().heapUsed - memory) / 1e6;
        cells.push(`${requests.length}`, `${seconds.toFixed(1)} s`, `${megabytes.toFixed(1)} MB`);
      } else cells.push(`${requests.length} (${pullsOf(requests)})`, `${seconds.toFixed(1)} s`);
      if (entries === 1_000 && latency === 0 && measured.name === 'Docker Hub’s rules')
        purposes.set(what, purposesOf(requests));
    };
    const [plain, attested, released] = [await line('plain'), await line('attested'), await line('released')];
    await count('plan', (of) => of.plan(plain));
    await count('a line', (of) => of.ship(plain, { attested: false }));
    await count('a line, attested', (of) => of.ship(attested));
    await count('a release', (of) => of.ship(released, { release: `v1.${entries}.${latency}` }));
    await count('history of 20', (of) =>
      history({ environment: 'prod', limit: 20 }, { registry: of.client() }),
    );
    numbers.push([measured.name, entries, `${latency} ms`, ...cells]);
  } finally {
    measured.wait(0);
    await deliveries.remove();
  }
}

function pullsOf(requests: readonly Request[]): number {
  return requests.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')).length;
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

/** The documents of so many changes, as the journal writes them. */
async function journalTexts(count: number): Promise<readonly (readonly [tag: string, text: string])[]> {
  const texts = new Map<string, string>();
  const documents: Documents = {
    list: async () => [],
    read: async (tag) => texts.get(tag) ?? null,
    write: async (tag, text) => void texts.set(tag, text),
    remove: async () => false,
  };
  const journal = openJournal('ehr-api', documents);
  for (let number = 1; number <= count; number += 1) {
    const hash = number.toString(16).padStart(64, '0');
    await journal.append([
      {
        run: hash.slice(-12),
        kind: 'released',
        service: 'ehr-api',
        environment: (['dev', 'staging', 'prod'] as const)[number % 3] ?? 'dev',
        digest: `sha256:${hash}`,
        fingerprint: hash,
        revision: hash.slice(-40),
        version: 'unversioned',
        at: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
        reason: 'deploy',
      },
    ]);
  }
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function fill(
  registry: string,
  repository: string,
  texts: readonly (readonly [tag: string, text: string])[],
): Promise<void> {
  const documents = createDocuments(createTransport({ registry, repository, credentials: registryAccount }));
  const numbered = texts.filter(([tag]) => tag !== 'journal');
  const newest = numbered.at(-1);
  await documents.write('first', '{}');
  await pLimit(8).map(numbered, ([tag, text]) => documents.write(tag, text));
  if (newest !== undefined) await documents.write('journal', newest[1]);
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
  return { ...fake, name: 'Docker Hub’s rules' };
}
