import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nxEnvironment } from '@ehr/testing-sandbox';
import { type Checkout, checkOut } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A change of one file of the checkout; a file that is not there yet is empty before. */
type Change = readonly [path: string, edit: (text: string) => string];

const append = (line: string) => (text: string) => `${text}\n${line}\n`;
const bump = (name: string): Change => [
  'package-lock.json',
  (text) => {
    const lock = JSON.parse(text) as { packages: Record<string, { version: string; integrity: string }> };
    const entry = lock.packages[`node_modules/${name}`];
    if (entry === undefined) throw new Error(`the lock file has no ${name}`);
    Object.assign(entry, { version: '999.0.0', integrity: `sha512-${'A'.repeat(86)}==` });
    return JSON.stringify(lock, null, 2);
  },
];
const options = (target: string, more: object): Change => [
  'apps/ehr-api/project.json',
  (text) => {
    const project = JSON.parse(text) as { targets: Record<string, { options?: object }> };
    project.targets[target] = {
      ...project.targets[target],
      options: { ...project.targets[target]?.options, ...more },
    };
    return JSON.stringify(project);
  },
];

/** What a deploy depends on, on the real workspace: a change is made in a clone, and Nx looks at it anew. */
describe('the fingerprint of ehr-api', () => {
  let checkout: Checkout;
  let before: string;
  beforeAll(async () => {
    checkout = await checkOut('fingerprint');
    before = await fingerprint(checkout.directory);
  });
  afterAll(() => checkout.remove());

  const after = async ([path, edit]: Change) => {
    const file = join(checkout.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, edit(await readFile(file, 'utf8').catch(() => '')));
    try {
      return await fingerprint(checkout.directory);
    } finally {
      await execa('git', ['reset', '--hard', '--quiet'], { cwd: checkout.directory });
      await execa('git', ['clean', '--force', '--quiet', '--', path], { cwd: checkout.directory });
    }
  };

  it.each<[string, Change]>([
    ['the other service', ['apps/ehr-web/next.config.ts', append('// changed')]],
    ['documents', ['README.md', append('More.')]],
    ['a document inside the service', ['apps/ehr-api/NOTES.md', append('More.')]],
    ['a test of the service', ['apps/ehr-api/src/patient-api.spec.ts', append('// changed')]],
    ['a workflow of CI', ['.github/workflows/ci.yml', append('# changed')]],
    ['the delivery tool', ['tools/nx-delivery/src/index.ts', append('// changed')]],
    ['the delivery’s core', ['libs/delivery/core/src/index.ts', append('// changed')]],
    [
      'the targets that the tool infers',
      [
        'tools/nx-delivery/src/plugin/infer-targets.ts',
        (text) => text.replace("'{workspaceRoot}/tsconfig.base.json',", "'{workspaceRoot}/README.md',"),
      ],
    ],
    ['a package of the other service', bump('next')],
    ['a package of the delivery tool', bump('listr2')],
    ['a test runner', bump('vitest')],
    ['how it is deployed', options('deploy', { timeoutSeconds: 300 })],
    ['where it runs', ['docker-compose.yml', append('# changed')]],
  ])('stays as it was after a change of %s', async (_name, change) => {
    expect(await after(change)).toBe(before);
  });

  it.each<[string, Change]>([
    ['its source', ['apps/ehr-api/src/main.ts', append('// changed')]],
    ['a file it gets', ['apps/ehr-api/src/another.ts', append('export const more = 1;')]],
    ['a library it imports', ['libs/ehr/fhir/src/index.ts', append('// changed')]],
    [
      'a library that another of its libraries may import',
      ['libs/ehr/health/src/index.ts', append('// changed')],
    ],
    ['a package it imports', bump('fastify')],
    ['a package below those', bump('find-my-way')],
    ['the tool that bundles it', bump('esbuild')],
    ['its Dockerfile', ['apps/ehr-api/Dockerfile', append('LABEL changed=1')]],
    [
      'the base image in it',
      ['apps/ehr-api/Dockerfile', (text) => text.replace(/node:[\d.]+/, 'node:24.0.0')],
    ],
    ['what goes into its build context', ['apps/ehr-api/Dockerfile.dockerignore', append('changed')]],
    ['how it is built', options('build', { minify: true })],
    ['the platforms of its image', options('container', { platforms: ['linux/amd64'] })],
    ['the compiler’s settings', ['tsconfig.base.json', append('// changed')]],
  ])('changes with %s', async (_name, change) => {
    expect(await after(change)).not.toBe(before);
  });

  it('changes with a base image that the environment names, and only by it', async () => {
    const { directory } = checkout;
    const mirrored = await fingerprint(directory, { BASE_IMAGE: 'mirror.example.org/node:24.0.0' });
    expect(mirrored).not.toBe(before);
    expect(await fingerprint(directory, { DOCKERHUB_USERNAME: 'somebody' })).toBe(before);
  });
});

const SCRIPT = `
import { createProjectGraphAsync } from '@nx/devkit';
import { fingerprintOf } from '@ehr/nx-delivery';
const graph = await createProjectGraphAsync({ exitOnError: true });
process.stdout.write(await fingerprintOf('ehr-api', graph, process.cwd(), process.env));
process.exit(0);`;

/** As the checkout's own tool computes it, in a process of its own: Nx keeps one workspace a process. */
async function fingerprint(cwd: string, more: Record<string, string> = {}): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_|BASE_IMAGE$)/.test(name));
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    cwd,
    extendEnv: false,
    env: { ...Object.fromEntries(inherited), ...nxEnvironment(cwd), ...more },
    stdin: 'ignore',
  });
  expect(stdout).toMatch(/^[0-9a-f]{64}$/);
  return stdout;
}
