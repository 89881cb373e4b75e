import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, type Report } from '@ehr/delivery-core';
import { provideBaseImage } from '@ehr/testing-sandbox';
import { checkOut, jsonIn, startDeliveryWorld } from '@ehr/testing-worlds';
import Table from 'cli-table3';
import { execa } from 'execa';
import { type Layers, layersOf, newBytes } from './registry-bytes.ts';
import { prepareRival } from './rival.ts';

/**
 * `npm run bench:ship`: seconds from a changed line to a pushed and to a verified image, bytes sent and bytes a server
 * pulls, beside a classic Dockerfile on the same engine and registry, taking turns. Gate and SBOM are on, signing is off.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** One shipment. */
interface Shipment {
  readonly seconds: number;
  readonly sent: number;
  readonly pulled: number;
}

const services = ['ehr-api', 'ehr-web'] as const;
type Service = (typeof services)[number];
/** A line that is in the built app. */
const LINES: Readonly<
  Record<Service, { readonly file: string; readonly line: RegExp; readonly text: string }>
> = {
  'ehr-api': { file: 'apps/ehr-api/src/main.ts', line: /$/, text: "process.env['EHR_LINE'] = '#';\n" },
  'ehr-web': { file: 'apps/ehr-web/src/app/layout.tsx', line: /default: '[^']*'/, text: "default: 'EHR #'" },
};

const say = (text: string) => process.stdout.write(`${text}\n`);
const { reference: base } = await provideBaseImage(say);
const world = await startDeliveryWorld();
const checkout = await checkOut('ship', { cold: true });
const { directory } = checkout;
const rival = await prepareRival(directory, base);
/** What each repository had last. */
const last = new Map<string, Record<'all' | 'one', Layers>>();
/** So many so far: each makes another line. */
let changes = 0;
const table = new Table({ head: ['', 'ours', 'rival', 'ratio', 'sent', 'rival', 'pulled', 'rival'] });

try {
  await measure();
  say(table.toString());
} finally {
  await rival.stop();
  await checkout.remove();
  await world.stop();
}

async function measure(): Promise<void> {
  for (const service of services) await row(service, 'cold, pushed', 1, async () => undefined, true);
  for (const service of services) await row(service, 'one line, pushed', ROUNDS, () => change(service));
  for (const service of services) await verified(service, 'one line, verified', () => change(service));
  for (const service of services) await row(service, 'documents only', ROUNDS, changeDocuments);
  for (const service of services) await row(service, 'unchanged', ROUNDS, async () => undefined);
  await row('ehr-web', 'a package of its own', 1, changePackage);
  for (const service of services) {
    await verified(service, 'rollback, verified', async () => undefined, rollback);
  }
}

/** Both contenders in turns, and the medians of what they took. */
async function row(
  service: Service,
  name: string,
  rounds: number,
  prepare: () => Promise<void>,
  cold = false,
): Promise<void> {
  const [ours, theirs]: [Shipment[], Shipment[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await prepare();
    ours.push(await shipment(`${world.project}/${service}`, () => deploy(service, '--rollOut=false')));
    const repository = `${world.project}-rival/${service}`;
    theirs.push(
      await shipment(repository, async () => {
        await rival.ship(service, `${world.registry}/${repository}`, 'latest', { cold });
        return 'latest';
      }),
    );
  }
  const [a, b] = [median(ours), median(theirs)];
  table.push([
    `${service}: ${name}`,
    `${a.seconds.toFixed(1)} s`,
    `${b.seconds.toFixed(1)} s`,
    (a.seconds / b.seconds).toFixed(2),
    ...[a.sent, b.sent, a.pulled, b.pulled].map(formatBytes),
  ]);
  say(`${service}: ${name}: ${a.seconds.toFixed(1)} s, ${b.seconds.toFixed(1)} s`);
}

/** Until the service itself says that it runs the image; the rival has no such thing. */
async function verified(
  service: Service,
  name: string,
  prepare: () => Promise<void>,
  ship: (service: Service) => Promise<string> = deploy,
): Promise<void> {
  const all: Shipment[] = [];
  await deploy(service, '--unfreeze=the next rounds of the benchmark');
  for (let round = 0; round < ROUNDS; round++) {
    await prepare();
    all.push(await shipment(`${world.project}/${service}`, () => ship(service)));
  }
  const { seconds, sent, pulled } = median(all);
  table.push([
    `${service}: ${name}`,
    `${seconds.toFixed(1)} s`,
    '',
    '',
    formatBytes(sent),
    '',
    formatBytes(pulled),
    '',
  ]);
  say(`${service}: ${name}: ${seconds.toFixed(1)} s`);
}

/** `ship` answers with what it pushed: a tag or a digest. */
async function shipment(repository: string, ship: () => Promise<string>): Promise<Shipment> {
  const start = performance.now();
  const reference = await ship();
  const seconds = (performance.now() - start) / 1000;
  const has = (architecture?: string) => layersOf(world.registry, repository, reference, architecture);
  const [before, all, one] = [last.get(repository), await has(), await has(ARCHITECTURE)];
  last.set(repository, { all, one });
  return { seconds, sent: newBytes(all, before?.all), pulled: newBytes(one, before?.one) };
}

function deploy(service: Service, ...args: string[]): Promise<string> {
  return deliver('deploy', service, ...args);
}

/** To the image before, further back each time. */
function rollback(service: Service): Promise<string> {
  return deliver('rollback', service);
}

async function deliver(target: string, service: Service, ...args: string[]): Promise<string> {
  const command = ['run', `${service}:${target}`, '--json', ...args];
  const { exitCode, stdout, stderr } = await world.nx(command, {}, directory);
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  return jsonIn<Report>(stdout).image?.split('@')[1] ?? '';
}

async function change(service: Service): Promise<void> {
  const { file, line, text } = LINES[service];
  await rewrite(file, (content) => content.replace(line, text.replace('#', String(++changes))));
}

async function changeDocuments(): Promise<void> {
  await rewrite('docs/QUICK_START.md', (content) => `${content}\n${++changes}\n`);
}

/** Installed beforehand, as on a laptop; the rival installs in its build. */
async function changePackage(): Promise<void> {
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--save-exact',
    '-w',
    'apps/ehr-web',
    'lucide-react@1.79.0',
  ];
  await execa('npm', args, { cwd: directory });
}

async function rewrite(file: string, how: (content: string) => string): Promise<void> {
  const path = join(directory, file);
  await writeFile(path, how(await readFile(path, 'utf8')));
}

/** Of each figure by itself. */
function median(all: readonly Shipment[]): Shipment {
  const of = (figure: keyof Shipment) =>
    all.map((one) => one[figure]).sort((x, y) => x - y)[all.length >> 1] ?? 0;
  return { seconds: of('seconds'), sent: of('sent'), pulled: of('pulled') };
}
