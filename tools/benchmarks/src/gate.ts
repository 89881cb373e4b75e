import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultGatePolicy, inspectImage } from '@ehr/delivery-gate';
import {
  corpus,
  type CorpusCase,
  goodConfig,
  imageOf,
  layerOf,
  refusalsOf,
  tarOf,
} from '@ehr/delivery-gate/testing';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import Table from 'cli-table3';
import { median } from './median.ts';

/**
 * `npm run bench:gate`: what the gate finds and what it takes, beside secretlint with its recommended rules: refused
 * leaks and look-alikes of the corpus, then 100 MB of the text files of installed packages, taking turns, median of three.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const MEGABYTES = 100;
/** Ours unpacks the layer and looks at names and settings as well; the rival gets the texts. */
const TEXTS = '**/*.{js,cjs,mjs,ts,json,md,map,css,html,yml,yaml,txt}';
/** A rule of the rival takes minutes for a larger file. */
const LARGEST = 1_000_000;

/** The rules that tell of secrets by their content. */
const SECRETS = new Set(['key-format', 'named-secret', 'credential-url']);

interface TextFile {
  readonly path: string;
  readonly content: string;
}

// The rival's profiler searches all its marks at each mark: a thousand times slower at the end than at the start.
Object.assign(performance, { mark: () => undefined });

const say = (text: string) => process.stdout.write(`${text}\n`);

await compareFindings();
await compareTimes();

async function compareFindings(): Promise<void> {
  const table = new Table({ head: ['of the corpus', 'gate', 'secretlint'] });
  for (const [name, { leaks, lookAlikes }] of Object.entries(corpus(1))) {
    for (const [kind, cases] of Object.entries({ leaks, 'look-alikes': lookAlikes })) {
      const ours = await count(cases, async (one) => (await refusalsOf(one)).length);
      const rival = await count(cases, async (one) => rivalFindings(textOf(one)));
      table.push([`${kind}, ${name} part`, `${ours} of ${cases.length}`, `${rival} of ${cases.length}`]);
    }
  }
  say(table.toString());
}

async function count(cases: readonly CorpusCase[], findings: (one: CorpusCase) => Promise<number>) {
  let found = 0;
  for (const one of cases) if ((await findings(one)) > 0) found++;
  return found;
}

/** A case as files: the image's config is a text as well. */
function textOf({ file, name: _, ...config }: CorpusCase): TextFile[] {
  const texts = [{ path: 'config.json', content: JSON.stringify(config, undefined, 2) }];
  return file === undefined
    ? texts
    : [...texts, { path: file.path, content: Buffer.from(file.content).toString('utf8') }];
}

async function rivalFindings(files: readonly TextFile[]): Promise<number> {
  let found = 0;
  for (const { path, content } of files) {
    const { messages } = await lintSource({
      source: { filePath: path, content, ext: path.slice(path.lastIndexOf('.')), contentType: 'text' },
      options: {
        noPhysicFilePath: true,
        config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
      },
    });
    found += messages.length;
  }
  return found;
}

async function compareTimes(): Promise<void> {
  const files = await installedTexts();
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const layer = layerOf(
    await tarOf(Object.fromEntries(files.map(({ path, content }) => [`app/${path}`, content]))),
  );
  const image = await imageOf([layer], { ...goodConfig, WorkingDir: '/app' });
  const secrets = async () =>
    (await inspectImage(image, defaultGatePolicy)).filter(({ rule }) => SECRETS.has(rule)).length;
  const ours: number[] = [];
  const rival: number[] = [];
  const found = { ours: 0, rival: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await seconds(async () => (found.ours = await secrets())));
    rival.push(await seconds(async () => (found.rival = await rivalFindings(files))));
  }
  const [gate, secretlint] = [median(ours), median(rival)];
  const perHundred = (value: number) => `${((value / bytes) * 1e8).toFixed(1)} s`;
  const table = new Table({ head: ['', 'gate', 'secretlint', 'ratio'] });
  table.push(
    ['100 MB', perHundred(gate), perHundred(secretlint), (gate / secretlint).toFixed(2)],
    ['findings', found.ours, found.rival, ''],
  );
  say(`${files.length} text files of installed packages, ${(bytes / 1e6).toFixed(0)} MB`);
  say(table.toString());
}

/** The first ones by their paths. */
async function installedTexts(): Promise<TextFile[]> {
  const root = join(import.meta.dirname, '../../../node_modules');
  const paths: string[] = [];
  for await (const path of glob(TEXTS, { cwd: root })) paths.push(path);
  const files: TextFile[] = [];
  let bytes = 0;
  for (const path of paths.sort()) {
    const { size } = await stat(join(root, path));
    if (size > LARGEST) continue;
    if ((bytes += size) > MEGABYTES * 1e6) break;
    files.push({ path, content: await readFile(join(root, path), 'utf8') });
  }
  return files;
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await run();
  return (performance.now() - since) / 1000;
}
