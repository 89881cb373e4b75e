import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@ehr/delivery-core';
import type { HealthReport } from '@ehr/health';
import { composeEngine, type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { freePort, requireOrSkip } from '@ehr/testing-sandbox';
import {
  type Checkout,
  checkOut,
  type DeliveryWorld,
  DEMANDED,
  jsonIn,
  startDeliveryWorld,
} from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The executors against a Dokploy that answers as recorded and drives the real engine. The tests build on each other. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'deploy to staging through Dokploy',
  { timeout: 300_000 },
  () => {
    let world: DeliveryWorld;
    let checkout: Checkout;
    let fake: FakeDokploy;
    let directory: string;
    let id: string;
    let url: string;
    let port: number;
    let settings: Readonly<Record<string, string>>;
    let first: Report;
    const outputs: string[] = [];

    beforeAll(async () => {
      [world, checkout, directory] = await Promise.all([
        startDeliveryWorld(),
        checkOut('dokploy'),
        mkdtemp(join(tmpdir(), 'ehr-dokploy-')),
      ]);
      fake = await startFakeDokploy(composeEngine(directory));
      port = await freePort();
      url = `http://127.0.0.1:${port}`;
      settings = { DOKPLOY_URL: fake.url, API_PUBLIC_URL: url };
      const made = await setUp();
      settings = made.settings;
      [id = ''] = fake.world.services.keys();
      // A person's own variable.
      const { row } = fake.world.services.get(id)!;
      row.env = `${row.env}KEPT=as it was\n`;
    });
    afterAll(async () => {
      const app = fake.world.services.get(id)?.row.appName ?? '';
      await execa('docker', ['compose', '--project-name', app, 'down', '--volumes', '--timeout', '5'], {
        reject: false,
      });
      await fake.stop();
      await Promise.all([world.stop(), checkout.remove(), rm(directory, { recursive: true, force: true })]);
    });

    const run = async (...args: string[]) => {
      const variables = { ...DEMANDED, ...settings, DOKPLOY_API_KEY: fake.ownerKey };
      const result = await world.nx(['run', ...args], variables, checkout.directory);
      outputs.push(result.stdout, result.stderr);
      return result;
    };
    const setUp = async () => {
      const wishes = [`--publish-port=${port}`, '--wait-seconds=30', '--json'];
      const result = await run('ehr-api:dokploy-setup:staging', ...wishes);
      if (result.exitCode !== 0) throw new Error(`${result.stdout}\n${result.stderr}`);
      return jsonIn<{ changed: boolean; settings: Record<string, string> }>(result.stdout);
    };
    const deploy = async () => {
      const result = await run('ehr-api:deploy:staging', '--json');
      if (!result.stdout.includes('"outcome"')) throw new Error(`${result.stdout}\n${result.stderr}`);
      return jsonIn<Report>(result.stdout);
    };
    /** The line a CI matrix is made of. */
    const affected = async () => {
      const { stdout } = await run(
        'nx-delivery:affected-since-deployed:staging',
        '--json',
        '--services=ehr-api',
      );
      return /^\[.*\]$/m.exec(stdout)?.[0];
    };
    const health = async () => (await (await fetch(`${url}/health`)).json()) as HealthReport;

    it('was set up with the settings a deploy needs; a second time nothing changes', async () => {
      expect(settings).toEqual({ DOKPLOY_URL: fake.url, DOKPLOY_API_COMPOSE_ID: id, API_PUBLIC_URL: url });
      expect(await setUp()).toMatchObject({ changed: false, settings });
    });

    it('pins the digest in Dokploy, waits for its own deployment and verifies the service at its public address', async () => {
      first = await deploy();
      expect(first).toMatchObject({ outcome: 'deployed', error: null, url: `${url}/health` });
      expect(first.steps.find(({ kind }) => kind === 'smoke-test')).toMatchObject({ outcome: 'skipped' });
      expect(await health()).toMatchObject({ fingerprint: first.fingerprint, revision: first.revision });
      const { env } = fake.world.services.get(id)?.row ?? {};
      expect(env).toContain(`API_IMAGE_TAG=staging@${first.image?.split('@')[1]}`);
      expect(env).toContain('KEPT=as it was');
      expect(fake.rows(id)).toHaveLength(1);
    });

    it('is in good health afterwards, says the doctor', async () => {
      const { exitCode, stdout } = await run('ehr-api:doctor:staging', '--json');
      const { checks } = jsonIn<{ checks: { name: string; verdict: string }[] }>(stdout);
      // Whether the base is the image itself depends on the machine.
      const asked = checks.filter(({ name }) => name !== 'base-image');
      const remarks = asked.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'not-used');
      // No key is set here, so nobody checks a signature; and the embedded database was accepted by name.
      expect([exitCode, remarks.map(({ name, verdict }) => `${name}: ${verdict}`)]).toEqual([
        0,
        ['supply-chain: warn', 'data-kept: warn'],
      ]);
    });

    it('does not trigger Dokploy for what runs already', async () => {
      expect(await affected()).toBe('[]');
      expect(await deploy()).toMatchObject({ outcome: 'unchanged' });
      expect(await run('ehr-api:deploy:staging', '--plan=dist/plan.json')).toMatchObject({ exitCode: 0 });
      expect(fake.rows(id)).toHaveLength(1);
    });

    it('puts the previous release back, through Dokploy, when a commit cannot start', async () => {
      const main = join(checkout.directory, 'apps/ehr-api/src/main.ts');
      await writeFile(main, `process.exit(3);\n${await readFile(main, 'utf8')}`);
      const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
      await execa('git', [...author, 'commit', '--all', '--quiet', '--message', 'Break it'], {
        cwd: checkout.directory,
      });
      expect(await affected()).toBe('["ehr-api"]');
      const report = await deploy();
      expect(report).toMatchObject({ outcome: 'rolled-back' });
      expect(await health()).toMatchObject({ fingerprint: first.fingerprint, status: 'pass' });
      const { stdout } = await run('ehr-api:status', '--json');
      expect(stdout).toMatch(
        new RegExp(
          `"environment": "staging"[^}]*"image": "${first.image?.split('sha256:')[1]?.slice(0, 12)}"[^}]*"verified": true`,
        ),
      );
    });

    it('says that a key is wrong, in one error, and shows no key anywhere, nor in a plan', async () => {
      const plan = await readFile(join(checkout.directory, 'dist/plan.json'), 'utf8');
      expect(plan).toContain('"service": "ehr-api"');
      outputs.push(plan);
      const key = 'canary-wrong-key-1234567890';
      const variables = {
        ...settings,
        DOKPLOY_API_KEY: key,
      };
      const result = await world.nx(['run', 'ehr-api:deploy:staging'], variables, checkout.directory);
      expect([result.exitCode, `${result.stdout}${result.stderr}`.includes('DOKPLOY_UNAUTHORIZED')]).toEqual([
        1,
        true,
      ]);
      for (const said of [...outputs, result.stdout, result.stderr]) {
        expect(said).not.toContain(fake.ownerKey);
        expect(said).not.toContain(key);
      }
    });
  },
);
