import type { Material } from './corpus-case.ts';

export const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const nouns = ['Patient', 'Observation', 'Encounter', 'Practitioner', 'Condition', 'Immunization', 'Bundle'];

const functions: readonly ((noun: string) => string)[] = [
  (noun) => `export function find${noun}(store, id) {
  const found = store.get(\`${noun}/\${id}\`);
  if (found === undefined) throw new NotFoundError('${noun}', id);
  return { ...found, resourceType: '${noun}' };
}`,
  (noun) => `export async function list${noun}s(request, reply) {
  const { page = 1, size = 20 } = request.query;
  const rows = await request.server.store.list('${noun}', { offset: (page - 1) * size, limit: size });
  reply.header('content-type', 'application/fhir+json');
  return { resourceType: 'Bundle', type: 'searchset', total: rows.length, entry: rows.map(toEntry) };
}`,
  (noun) => `// Rejects what is not a ${noun}.
export const validate${noun} = (body) => {
  const issues = [];
  if (body.resourceType !== '${noun}') issues.push({ severity: 'error', code: 'structure' });
  for (const field of required) if (!(field in body)) issues.push({ severity: 'error', code: 'required' });
  return issues;
};`,
  (noun) => `export class ${noun}Service {
  #rows = new Map();
  constructor(clock, logger) {
    this.clock = clock;
    this.logger = logger.child({ service: '${noun.toLowerCase()}' });
  }
  save(row) {
    this.#rows.set(row.id, { ...row, meta: { lastUpdated: this.clock.now() } });
    this.logger.info({ id: row.id }, 'saved');
  }
}`,
  (noun) => `function sort${noun}s(rows, key) {
  return [...rows].sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
}`,
];

function ordinary(m: Material, count: number): string[] {
  return Array.from({ length: count }, () => m.pick(functions)(m.pick(nouns)));
}

/** Source code as a compiler leaves it, with `snippet` somewhere in its middle. */
export function js(m: Material, ...snippet: readonly string[]): string {
  const head = "import { createServer } from 'node:http';\nimport { toEntry } from './bundle.js';\n";
  return [
    head,
    ...ordinary(m, 2 + m.below(6)),
    snippet.join('\n'),
    ...ordinary(m, 2 + m.below(8)),
    'export const port = Number(process.env.PORT ?? 3000);\n',
  ].join('\n\n');
}

/** One long line of a bundler, with `snippet`, which is made of statements. */
export function minified(m: Material, snippet: string): string {
  const small = (): string =>
    m.pick([
      'function a(e,t){return e.get(t)??null}',
      'const r=(e,t)=>Object.assign({},e,t);',
      'var n=class extends Error{constructor(e,t){super(e),this.status=t}};',
      'async function o(e){for(const t of e.entries)await e.write(t);return e.entries.length}',
      'const i=e=>e.replace(/[&<>]/g,t=>`&#${t.charCodeAt(0)};`);',
      'switch(s.kind){case"read":l=u(s);break;case"write":l=d(s);break;default:throw new n("kind",400)}',
    ]);
  const some = (): string => Array.from({ length: 10 + m.below(30) }, small).join('');
  return `"use strict";(()=>{${some()}${snippet}${some()}})();\n`;
}

/** A YAML file of settings, with `snippet` at its top level. */
export const yaml = (m: Material, ...snippet: readonly string[]): string =>
  lines(
    '# Settings of the service',
    'server:',
    `  port: ${3000 + m.below(100)}`,
    '  cors:',
    '    origins: [https://portal.clinic.example]',
    'logging:',
    `  level: ${m.pick(['info', 'warn', 'debug'])}`,
    '  pretty: false',
    ...snippet,
    'features:',
    '  bulkExport: true',
    '  subscriptions: false',
    'paging:',
    `  size: ${10 * (1 + m.below(9))}`,
  );

/** A file of `NAME=value` lines, with `settings` among them. */
export const dotenv = (m: Material, ...settings: readonly string[]): string =>
  lines(
    'NODE_ENV=production',
    `PORT=${3000 + m.below(100)}`,
    'LOG_LEVEL=info',
    ...settings,
    'TZ=UTC',
    `PAGE_SIZE=${10 * (1 + m.below(9))}`,
  );

/** `created_by` lines of a usual image of a Node service, with `own` among them. */
export const builtBy = (...own: readonly string[]): readonly string[] => [
  '/bin/sh -c #(nop)  ENV NODE_VERSION=24.4.1',
  'WORKDIR /app',
  'COPY package.json package-lock.json ./ # buildkit',
  ...own,
  'COPY dist ./dist # buildkit',
  'USER node',
  'CMD ["node" "dist/main.js"]',
];

/** What webpack or esbuild writes next to a bundle. */
export const sourceMap = (m: Material, source: string): string =>
  JSON.stringify({
    version: 3,
    file: 'main.js',
    sources: ['../src/server.ts', '../src/settings.ts'],
    sourcesContent: [js(m, 'export const ready = true;'), source],
    names: ['createServer', 'listen', 'settings'],
    mappings: Array.from({ length: 60 }, () => m.pick(['AAAA', 'CAAC', 'IAAI', 'GAAG', 'SAAS'])).join(';'),
  });
