import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import {
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  type Report,
  sharedTopLayers,
} from '@ehr/delivery-core';
import type { HealthReport } from '@ehr/health';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { type Checkout, checkOut, type DeliveryWorld, jsonIn, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAttached } from './read-attached.ts';

/** `nx run …` as a person types it, against a real engine and a real registry. The tests build on each other. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'deploy to local',
  { timeout: 600_000 },
  () => {
    let world: DeliveryWorld;
    let first: Report;
    let patient: string;
    beforeAll(async () => {
      world = await startDeliveryWorld();
    });
    afterAll(() => world.stop());

    const deploy = async (
      service: string,
      args: string[] = [],
      env: Record<string, string> = {},
      directory?: string,
    ) => {
      const run = await world.nx(['run', `${service}:deploy`, '--json', ...args], env, directory);
      if (!run.stdout.includes('"service"')) throw new Error(`${run.stdout}\n${run.stderr}`);
      return { ...run, report: jsonIn<Report>(run.stdout) };
    };
    /** False alarms switch gates off: our own images, with all their vendor code, have none. */
    const gateOf = ({ steps }: Report) => steps.find(({ kind }) => kind === 'gate-image')?.message;
    const health = async (url: string) => (await (await fetch(url)).json()) as HealthReport;
    const fromRegistry = async <T>(service: string, path: string) => {
      const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
      const response = await fetch(`http://${world.registry}/v2/${world.project}/${service}/${path}`, {
        headers: { accept },
      });
      return (await response.json()) as T;
    };
    const tags = async (service: string) =>
      (await fromRegistry<{ tags?: string[] }>(service, 'tags/list')).tags ?? [];

    it('plans in a dry run and changes nothing', async () => {
      const run = await world.nx(['run', 'ehr-api:deploy', '--dryRun']);
      expect(run.stdout).toContain('+ build-image');
      expect(run.stdout).toContain('Dry run: nothing was changed.');
      expect([
        run.exitCode,
        await tags('ehr-api'),
        await world.docker('ps', '--quiet', '--filter', `name=${world.project}`),
      ]).toEqual([0, [], '']);
    });

    it('builds, pushes, rolls out and verifies ehr-api', async () => {
      const { report, exitCode } = await deploy('ehr-api', [], { A_TOKEN: 'in-no-image-7f2e91d0' });
      expect([exitCode, report.outcome, report.error]).toEqual([0, 'deployed', null]);
      expect(report.url).toBe(`${world.urls.api}/health`);
      expect(await health(`${world.urls.api}/health`)).toMatchObject({
        status: 'pass',
        service: 'ehr-api',
        fingerprint: report.fingerprint,
        revision: report.revision,
      });
      expect(gateOf(report)).toBe('nothing found');
      first = report;
    });

    it('pushed what it built: two platforms, one application layer, the fingerprint the service reports', async () => {
      const index = await fromRegistry<ImageIndex>('ehr-api', 'manifests/local');
      expect(index.manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`)).toEqual([
        'linux/amd64',
        'linux/arm64',
      ]);
      const manifests = await Promise.all(
        index.manifests.map(({ digest }) => fromRegistry<ImageManifest>('ehr-api', `manifests/${digest}`)),
      );
      expect(sharedTopLayers(manifests).length).toBeGreaterThan(0);
      for (const { config } of manifests) {
        const { config: settings } = await fromRegistry<ImageConfig>('ehr-api', `blobs/${config.digest}`);
        expect(settings?.Labels).toMatchObject({
          'connect.ehr.fingerprint': first.fingerprint,
          'org.opencontainers.image.title': 'ehr-api',
        });
        expect(settings?.Env).toContain(`EHR_FINGERPRINT=${first.fingerprint}`);
        expect(settings?.User).toBe('1000:1000');
      }
      const names = (await tags('ehr-api'))
        .map((tag) => tag.replace(/-[0-9a-f]{7}(-dirty)?$/, '-<sha>'))
        .map((tag) => tag.replace(/^(journal|fingerprint|sha256)-.*/, '$1'));
      expect([...new Set(names)].sort()).toEqual([
        'fingerprint',
        'journal',
        'local',
        'local-<sha>',
        'lock-local',
        'sha256',
      ]);
    });

    it('attached an SBOM of what is in it and a provenance of how it came about', async () => {
      const { components, provenance } = await readAttached(first.image ?? '');
      const references = components.map((component) => component['bom-ref']).join(' ');
      expect(references).toMatch(/pkg:npm\/fastify@\d.* workspace:fhir /);
      expect(references).not.toMatch(/pkg:npm\/(next|esbuild)@/);
      expect(provenance).toMatchObject({
        subject: [{ name: `${world.registry}/${world.project}/ehr-api` }],
        predicate: {
          buildDefinition: {
            internalParameters: { fingerprint: first.fingerprint },
            resolvedDependencies: [{ digest: { gitCommit: first.revision } }],
          },
        },
      });
    });

    it('runs it without root, without a writable file system and without capabilities', async () => {
      const [container = ''] = (
        await world.docker('ps', '--quiet', '--filter', `name=${world.project}-ehr-api`)
      ).split('\n');
      const asked = '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}';
      const facts = await world.docker('inspect', '--format', asked, container);
      expect(facts).toBe('1000:1000 true [ALL]');
    });

    it('deploys ehr-web beside it, from its own Dockerfile', async () => {
      const { report } = await deploy('ehr-web');
      expect([report.outcome, report.error, gateOf(report)]).toEqual(['deployed', null, 'nothing found']);
      const title = '{{index .Config.Labels "org.opencontainers.image.title"}}';
      const titles = await Promise.all(
        ['ehr-api', 'ehr-web'].map((service) =>
          world.docker('inspect', '--format', title, `${world.project}-${service}-1`),
        ),
      );
      expect(titles).toEqual(['ehr-api', 'ehr-web']);
      expect((await fetch(world.urls.web)).status).toBe(200);
    });

    it('keeps a patient over a second deploy that builds nothing and sends no byte', async () => {
      const created = await fetch(`${world.urls.api}/fhir/Patient`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Deployed', given: ['Twice'] }] }),
      });
      patient = ((await created.json()) as { id: string }).id;
      for (const service of ['ehr-api', 'ehr-web']) {
        const { report } = await deploy(service);
        expect(report).toMatchObject({ outcome: 'unchanged', sentBytes: 0 });
        const outcomes = Object.fromEntries(report.steps.map(({ kind, outcome }) => [kind, outcome]));
        expect(outcomes).toMatchObject({
          'build-image': 'skipped',
          'push-image': 'skipped',
          'trigger-rollout': 'skipped',
          'verify-revision': 'done',
        });
      }
      const both = stripVTControlCharacters((await world.nx(['run-many', '-t', 'deploy'])).stdout);
      expect(both).toMatch(/^ehr-api: ✓ ehr-api was already running in local/m);
      expect((await fetch(`${world.urls.api}/fhir/Patient/${patient}`)).status).toBe(200);
    });

    describe('when a commit breaks the start of the service', () => {
      let broken: Checkout;
      beforeAll(async () => {
        broken = await checkOut('broken');
        const main = join(broken.directory, 'apps/ehr-api/src/main.ts');
        await writeFile(main, `process.exit(3);\n${await readFile(main, 'utf8')}`);
        // Its build looks around, as a package that it uses could.
        const config = join(broken.directory, 'apps/ehr-api/esbuild.config.mjs');
        const look = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${broken.directory}/dist/seen.json', JSON.stringify(process.env));\n`;
        await writeFile(config, `${look}${await readFile(config, 'utf8')}`);
        await writeFile(join(broken.directory, '.env.local'), 'COSIGN_PASSWORD=canary-of-the-file\n');
        const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
        await execa('git', [...author, 'commit', '-aqm', 'Break it'], { cwd: broken.directory });
      });
      afterAll(() => broken.remove());
      const container = () =>
        world.docker('ps', '--quiet', '--no-trunc', '--filter', `name=${world.project}-ehr-api-1`);

      it('refuses it in the smoke test: the running container is not touched', async () => {
        const before = await container();
        const names = [
          'DOKPLOY_API_KEY',
          'DOKPLOY_WEBHOOK_WEB',
          'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
          'ANY_NAME',
        ];
        const secrets = Object.fromEntries(names.map((name) => [name, `canary-of-${name}`]));
        const { report, exitCode } = await deploy('ehr-api', [], secrets, broken.directory);
        expect([exitCode, report.outcome, report.error?.code]).toEqual([1, 'refused', 'SMOKE_TEST_FAILED']);
        const seen = await readFile(join(broken.directory, 'dist/seen.json'), 'utf8');
        expect(seen).toContain('"PATH"');
        expect(seen).not.toContain('canary');
        expect(report.error?.message).toContain('ended with exit code 3');
        expect(await container()).toBe(before);
        expect(await health(`${world.urls.api}/health`)).toMatchObject({ fingerprint: first.fingerprint });
        expect(await world.docker('ps', '--all', '--quiet', '--filter', 'name=smoke test')).toBe('');
      });

      it('puts the previous version back when it was rolled out without a smoke test; the data is there', async () => {
        const { report, exitCode } = await deploy('ehr-api', ['--smokeTest=false'], {}, broken.directory);
        expect([exitCode, report.outcome, report.error?.code]).toEqual([1, 'rolled-back', 'SERVICE_CRASHES']);
        expect(await health(`${world.urls.api}/health`)).toMatchObject({
          status: 'pass',
          fingerprint: first.fingerprint,
        });
        expect((await fetch(`${world.urls.api}/fhir/Patient/${patient}`)).status).toBe(200);
        expect((await deploy('ehr-api')).report.outcome).toBe('unchanged');
      });
    });

    it.each([
      [
        'an unreachable registry',
        [],
        { REGISTRY: '127.0.0.1:1' },
        'REGISTRY_UNREACHABLE',
        'The registry 127.0.0.1:1 does not answer',
      ],
      [
        'bad options, all of them',
        ['--timeoutSeconds=0', '--healthPath=x'],
        {},
        'OPTIONS_INVALID',
        'healthPath: must be a path that starts with /; it is "x" · timeoutSeconds: must be more than 0; it is 0',
      ],
    ])('names %s in one clear error and exits with 1', async (_name, args, env, code, sentence) => {
      const { exitCode, stdout, stderr } = await world.nx(['run', 'ehr-api:deploy', ...args], env);
      const said = `${stdout}${stderr}`;
      expect(exitCode).toBe(1);
      expect(said).toContain(code);
      expect(said).toContain(sentence);
      expect(said).not.toMatch(/\n\s+at .+:\d+:\d+/);
      expect(await health(`${world.urls.api}/health`)).toMatchObject({ fingerprint: first.fingerprint });
    });
  },
);
