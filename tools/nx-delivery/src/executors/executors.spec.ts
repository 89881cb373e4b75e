import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alreadyDeployed, createRecordingPorts, type RecordingPorts } from '@ehr/delivery-core/testing';
import type { ExecutorContext } from '@nx/devkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../wiring/open-service.ts';
import type { RawOptions, Wiring } from '../wiring/wiring.ts';
import affected from './affected-since-deployed/executor.ts';
import deploy from './deploy/executor.ts';
import history from './history/executor.ts';
import promote from './promote/executor.ts';
import rollback from './rollback/executor.ts';
import status from './status/executor.ts';

/** A workspace with one service, and executors over ports in memory: one world an environment. */
let root: string;
let worlds: Map<string, RecordingPorts>;
let opened: Service[];
let printed: string;
let warned: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-executors-'));
  const staging = createRecordingPorts();
  // One registry, two environments.
  const { tags, records, documents, identities } = staging.world;
  worlds = new Map([
    ['local', createRecordingPorts()],
    ['staging', staging],
    ['prod', createRecordingPorts({ tags, records, documents, identities })],
  ]);
  opened = [];
  printed = warned = '';
});
afterEach(() => rm(root, { recursive: true }));

const settings = {
  DOCKERHUB_USERNAME: 'clinic',
  API_PUBLIC_URL_STAGING: 'https://api.staging.example.org',
};
const wiring = (processEnv: Record<string, string> = settings): Wiring => ({
  processEnv,
  print: (text) => (printed += text),
  warn: (text) => (warned += text),
  ports: (service) => {
    opened.push(service);
    const ports = worlds.get(service.environment) ?? createRecordingPorts();
    ports.world.environment = service.environment;
    // The public reaches staging by its address.
    const staging = worlds.get('staging') ?? ports;
    const probe = (url: string) => (url.includes('staging') ? staging : ports).prober.probe(url);
    return { ...ports, prober: { probe }, referrers: {} } as unknown as ReturnType<Wiring['ports']>;
  },
});
const context = () =>
  ({
    root,
    projectName: 'ehr-api',
    projectsConfigurations: {
      projects: {
        'ehr-api': {
          targets: {
            deploy: {
              options: { variablePrefix: 'API', healthPath: '/health' },
              configurations: { prod: { healthPath: '/prod-health', timeoutSeconds: 7 } },
            },
          },
        },
      },
    },
  }) as unknown as ExecutorContext;
type Executor = (raw: RawOptions, context: ExecutorContext, wiring: Wiring) => Promise<{ success: boolean }>;
const run = (executor: Executor, raw: RawOptions, processEnv?: Record<string, string>) =>
  executor(raw, context(), wiring(processEnv));
/** A deploy target's options, as Nx hands them to the deploy executor. */
const api = { variablePrefix: 'API' };

describe('deploy', () => {
  it('is verified, also when its disk is full and GitHub cannot be told', async () => {
    const env = { ...settings, GITHUB_OUTPUT: '/dev/full', DELIVERY_EXIT_FILE: '/dev/full' };
    expect(await run(deploy, api, env)).toEqual({ success: true });
    expect(warned.match(/\/dev\/full cannot be written \(E/g)).toHaveLength(2);
  });

  it('does what was asked, step by step, and tells it', async () => {
    expect(await run(deploy, api)).toEqual({ success: true });
    expect(worlds.get('local')?.calls).toEqual([
      'build',
      'push',
      'attest bbb',
      'tag fingerprint bbb',
      'tag local-abcdef1 bbb',
      'smokeTest bbb',
      'trigger bbb',
      'settle',
      'record',
      'tag local bbb',
    ]);
    expect(printed.replaceAll(/\d+\.\d s/g, '0.0 s').split('\n')).toEqual([
      'Deploying ehr-api to local',
      '  ✓ build-image          0.0 s  bbbbbbbbbbbb, 1.0 kB',
      '  ✓ gate-image           0.0 s  nothing found',
      '  ✓ push-image           0.0 s  1.0 kB sent in 3 blobs, 0 were there',
      '  ✓ attest-image         0.0 s  SBOM and provenance',
      '  ✓ tag-fingerprint      0.0 s',
      '  ✓ tag-revision         0.0 s',
      '  · tag-version                 skipped: not a release',
      '  ✓ smoke-test           0.0 s  it became healthy',
      '  ✓ trigger-rollout      0.0 s',
      '  ✓ await-rollout        0.0 s',
      '  ✓ verify-revision      0.0 s  verified by http://127.0.0.1:4201/health',
      '  ✓ record-release       0.0 s',
      '  ✓ tag-environment      0.0 s',
      '',
      '✓ ehr-api is running in local (0.0 s)',
      '  answers at  http://127.0.0.1:4201/health',
      `  image       127.0.0.1:5050/ehr-connect/ehr-api:local@sha256:${'b'.repeat(64)}`,
      `  fingerprint ${'f'.repeat(64)}`,
      '  revision    abcdef1234567890',
      '  layers sent 1.0 kB',
      '',
      '',
    ]);
  });

  it('shows the same document in a dry run and for a stored plan, and carries out that one', async () => {
    expect(await run(deploy, { ...api, dryRun: true })).toEqual({ success: true });
    expect(printed).toContain('  then  an image still to be built (abcdef1)');
    expect(printed.endsWith('Dry run: nothing was changed.\n')).toBe(true);
    expect(worlds.get('local')?.calls).toEqual([]);
    printed = '';
    await run(deploy, { ...api, plan: 'dist/plan.json', json: true });
    expect(printed).toBe(await readFile(join(root, 'dist/plan.json'), 'utf8'));
    expect(worlds.get('local')?.calls).toEqual(['build']);
    printed = '';
    expect(await run(deploy, { ...api, apply: 'dist/plan.json', json: true })).toEqual({ success: true });
    expect(JSON.parse(printed)).toMatchObject({ outcome: 'deployed', verdict: 'verified', exit: 0 });
    expect(await run(deploy, { ...api, apply: 'dist/plan.json' })).toEqual({ success: false });
    expect(warned).toContain('PLAN_CHANGED');
  });

  it('refuses modes that exclude each other', async () => {
    expect(await run(deploy, { ...api, dryRun: true, apply: 'plan.json' })).toEqual({ success: false });
    expect(warned).toContain('--dryRun and --apply exclude each other');
  });

  it('names all that is wrong with options and settings in one error, and hands on its exit status', async () => {
    const file = join(root, 'exit');
    const processEnv = {
      DELIVERY_EXIT_FILE: file,
      DOKPLOY_URL: 'https://dokploy.example.org',
      REGISTRY: 'https://x',
    };
    const raw = { ...api, environment: 'prod', timeoutSeconds: 0, colour: 'red' };
    expect(await run(deploy, raw, processEnv)).toEqual({ success: false });
    for (const problem of [
      'timeoutSeconds: must be more than 0',
      'colour: there is no such option',
      'REGISTRY must be a host',
      'DOCKERHUB_USERNAME is not set for prod',
    ])
      expect(warned).toContain(problem);
    warned = '';
    expect(await run(deploy, { ...api, environment: 'prod' }, processEnv)).toEqual({ success: false });
    for (const name of ['DOCKERHUB_USERNAME', 'DOKPLOY_API_KEY', 'API_PUBLIC_URL', 'DOKPLOY_API_COMPOSE_ID'])
      expect(warned).toContain(name);
    expect(await readFile(file, 'utf8')).toBe('2\n2\n');
    expect(opened).toEqual([]);
  });

  it('ends with the verdict’s exit status when the rollout fails', async () => {
    const local = worlds.get('local');
    if (local) local.world.sick = [local.world.built];
    const file = join(root, 'exit');
    expect(await run(deploy, api, { DELIVERY_EXIT_FILE: file })).toEqual({ success: false });
    expect(printed).toContain('verdict     crash-looping (exit 12)');
    expect(await readFile(file, 'utf8')).toBe('12\n');
  });
});

describe('every command', () => {
  it('obeys what the deploy target says of the environment', async () => {
    await run(deploy, { ...api, environment: 'staging' });
    await run(promote, { environment: 'prod', from: 'staging' });
    await run(rollback, { environment: 'prod', to: 'staging', timeoutSeconds: 9 });
    await run(history, { environment: 'prod' });
    await run(status, {});
    await run(affected, { environment: 'prod' });
    const prod = opened.filter(({ environment }) => environment === 'prod').map(({ facts }) => facts);
    expect(prod.map(({ healthPath }) => healthPath)).toEqual(Array(5).fill('/prod-health'));
    expect(prod.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, 9, 7, 7, 7]);
  });
});

describe('promote and rollback', () => {
  it('refuses to promote from where nobody knows the public address', async () => {
    const { DOCKERHUB_USERNAME } = settings;
    expect(await run(promote, { environment: 'prod', from: 'staging' }, { DOCKERHUB_USERNAME })).toEqual({
      success: false,
    });
    expect(warned).toContain('Set API_PUBLIC_URL in .env.staging, or API_PUBLIC_URL_STAGING in a CI job.');
  });

  it('roll out what another environment runs, and put an earlier release back', async () => {
    await run(deploy, { ...api, environment: 'staging' });
    await run(promote, { environment: 'prod', from: 'staging' });
    expect(worlds.get('prod')?.calls).toEqual([
      'trigger bbb',
      'settle',
      'record',
      'tag latest bbb',
      'tag prod bbb',
    ]);
    const { world } = worlds.get('prod') ?? createRecordingPorts();
    alreadyDeployed(worlds.get('prod') ?? createRecordingPorts(), 'c', 'c'.repeat(64));
    worlds.get('prod')?.calls.splice(0);
    expect(await run(rollback, { environment: 'prod', to: 'staging' })).toEqual({ success: true });
    const first = ['trigger bbb', 'settle', 'record frozen', 'record'];
    expect(worlds.get('prod')?.calls.slice(0, 4)).toEqual(first);
    const told = `${world.records.at(-1)?.reason}; ${printed}`;
    expect(told).toMatch(/^rollback to staging; .*\nRolling ehr-api in prod back\n/s);
  });
});

describe('history, status and affected-since-deployed', () => {
  it('tell what happened, what runs, and what a deploy would change', async () => {
    await run(deploy, { ...api, environment: 'staging' });
    printed = '';
    await run(history, { environment: 'staging' });
    expect(printed).toMatch(/2026-01-01 00:00:15Z +released +unversioned +abcdef1 +bbbbbbbbbbbb +deploy\n$/);
    printed = '';
    await run(status, {});
    expect(printed).toMatch(/staging +unversioned +abcdef1 +bbbbbbbbbbbb +2026-01-01 00:00:15Z +yes +0\n/);
    printed = '';
    await run(affected, { environment: 'staging', json: true });
    expect(printed).toBe('[]\n');
    await run(affected, { environment: 'prod', json: true });
    expect(printed).toBe('[]\n["ehr-api"]\n');
    expect(warned).toContain('no release of it is known there');
  });

  it('prints no list of services when the environment is not set up', async () => {
    expect(await run(affected, { environment: 'prod', json: true }, {})).toEqual({ success: false });
    expect(printed).toBe('');
    expect(warned).toContain('not set up: DOCKERHUB_USERNAME is not set for prod.');
  });
});
