import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { type DeliveryWorld, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushPostgresStandIn } from './postgres-stand-in.ts';
import { type Server, setUpServer } from './server.ts';

/** The real ehr-api on one machine with its PostgreSQL, which is Debian's in place of the official image. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry') || !requireOrSkip('postgres'))(
  'deploy.sh with the real ehr-api',
  { timeout: 600_000 },
  () => {
    let world: DeliveryWorld;
    let server: Server;
    let env: Record<string, string>;
    let patient: string;
    beforeAll(async () => {
      world = await startDeliveryWorld();
      server = await setUpServer();
      const deployed = await world.nx(['run', 'ehr-api:deploy']);
      if (deployed.exitCode !== 0) throw new Error(deployed.stdout + deployed.stderr);
      const postgres = `${world.registry}/${world.project}/postgres:17-bookworm`;
      await pushPostgresStandIn(postgres);
      env = {
        REGISTRY: world.registry,
        DOCKERHUB_USERNAME: world.project,
        COMPOSE_PROJECT_NAME: world.project,
        API_PORT: new URL(world.urls.api).port,
        POSTGRES_IMAGE: postgres,
        // As the deploy before it had it.
        EHR_ISSUERS: 'none',
      };
    }, 600_000);
    afterAll(async () => {
      await server.deploy(['dev', 'down'], {});
      await server.remove();
      await world.stop();
    });

    const health = async () => (await fetch(`${world.urls.api}/health`)).json() as Promise<object>;
    const container = () =>
      world.docker('ps', '--quiet', '--no-trunc', '--filter', `name=${world.project}-ehr-api-1`);
    const found = async () => (await fetch(`${world.urls.api}/fhir/Patient/${patient}`)).status;
    const register = async (family: string) => {
      const created = await fetch(`${world.urls.api}/fhir/Patient`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({ resourceType: 'Patient', name: [{ family }] }),
      });
      return ((await created.json()) as { id: string }).id;
    };

    it('takes over what a deploy left running: same container, same revision', async () => {
      const [before, identity] = [await container(), await health()];
      const { exitCode, stdout } = await server.deploy(['local', 'up', 'ehr-api'], env);
      expect([exitCode, stdout.includes(`${world.urls.api}/health`)]).toEqual([0, true]);
      expect([await container(), await health()]).toEqual([before, identity]);
    });

    it('refuses prod on the embedded database, in the service’s own words', async () => {
      await server.configure('prod', { ...env, API_IMAGE_TAG: 'local' });
      const { exitCode, stderr } = await server.deploy(['prod', 'up', 'ehr-api'], {
        DEPLOY_WAIT_SECONDS: '20',
      });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /EHR_ISSUERS: is required when EHR_ENVIRONMENT is prod[^]*DATABASE_URL: is required when/,
      );
    });

    it('brings up PostgreSQL first and the API on it, without a published port, root or capabilities', async () => {
      await server.configure('dev', {
        ...env,
        API_IMAGE_TAG: 'local',
        COMPOSE_PROFILES: 'postgres',
        POSTGRES_PASSWORD: 'canary0database0password',
      });
      const { exitCode, stdout, stderr } = await server.deploy(['dev', 'up', 'ehr-api']);
      expect([exitCode, stderr.includes('canary')], stderr).toEqual([0, false]);
      expect(stdout).toMatch(/^postgres {2}healthy {2}\S+@sha256:\w+$/m);
      expect(await health()).toMatchObject({ status: 'pass', checks: { database: { status: 'pass' } } });
      const format =
        '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.PortBindings}} {{.HostConfig.Memory}}';
      expect(await world.docker('inspect', '--format', format, `${world.project}-postgres-1`)).toBe(
        `postgres true [ALL] map[] ${1024 ** 3}`,
      );
    });

    it('keeps records in its volume over down and up', async () => {
      patient = await register('Kept');
      expect((await server.deploy(['dev', 'down'])).exitCode).toBe(0);
      const again = await server.deploy(['dev', 'up', 'ehr-api']);
      expect([again.exitCode, await found()]).toEqual([0, 200]);
    });

    it('is backed up and restored by the commands in docs/SERVER_WITHOUT_DOKPLOY.md', async () => {
      const text = await readFile(
        join(import.meta.dirname, '../../../docs/SERVER_WITHOUT_DOKPLOY.md'),
        'utf8',
      );
      const block = (name: string) =>
        new RegExp(`\`\`\`sh\\n# ${name}\\n([^]*?)\`\`\``)
          .exec(text)?.[1]
          ?.replaceAll('deploy.sh prod', 'deploy.sh dev') ?? '';
      const sh = (script: string) =>
        execa('sh', ['-euc', script], { cwd: server.directory, stdin: 'ignore', extendEnv: true });
      expect(block('Backup')).toContain('pg_dump');
      await sh(block('Backup'));
      const late = await register('After the backup');
      await sh(block('Restore').replace('ehr-2026-01-31.dump', '"$(ls ehr-*.dump)"'));
      expect(await found()).toBe(200);
      expect((await fetch(`${world.urls.api}/fhir/Patient/${late}`)).status).toBe(404);
    });

    it('does not take a database back with its image', async () => {
      const { exitCode, stderr } = await server.deploy(['dev', 'rollback', 'postgres']);
      expect([exitCode, stderr.includes('postgres holds data')]).toEqual([2, true]);
    });
  },
);
