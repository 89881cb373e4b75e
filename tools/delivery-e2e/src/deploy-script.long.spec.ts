import { mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { type DeliveryWorld, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, type Server, setUpServer } from './server.ts';

/** Every verb of deploy.sh on a real engine, with images from a real registry. The tests build on each other. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'deploy.sh',
  { timeout: 300_000 },
  () => {
    let world: DeliveryWorld;
    let server: Server;
    let one: string;
    let two: string;
    let web: string;
    beforeAll(async () => {
      world = await startDeliveryWorld();
      server = await setUpServer();
    });
    afterAll(async () => {
      await server.remove();
      await world.stop();
    });

    const answer = async (url: string) => (await fetch(url)).text();
    const dev = (args: string[], env: Record<string, string> = {}) =>
      server.deploy(['dev', ...args], { DEPLOY_WAIT_SECONDS: '60', ...env });
    const container = (service: string) =>
      world.docker('ps', '--quiet', '--no-trunc', '--filter', `name=${world.project}-${service}-1`);
    const history = () => readFile(join(server.directory, '.deploy/dev.history'), 'utf8');

    it.each([
      ['an unknown environment', ['production', 'up'], 'it must be dev, staging, prod or local', 'prod up'],
      ['a missing verb', ['dev'], 'A verb is missing', './deploy.sh dev up'],
      ['an unknown verb', ['dev', 'start'], '"start" is no verb', '--help'],
      ['a missing .env', ['dev', 'up'], 'There is no .env.dev', 'cp .env.dev.example .env.dev'],
      ['an unknown service', ['local', 'up', 'api'], '"api" is no service', 'local up ehr-api'],
      ['an option to remove data', ['local', 'down', '--volumes'], '"--volumes" is no', 'local down'],
      [
        'nothing to run',
        ['local', 'exec', 'ehr-api'],
        'exec needs a service and a command',
        'node --version',
      ],
    ])('refuses %s with the rule and a way on', async (_name, args, rule, fix) => {
      const { exitCode, stdout, stderr } = await server.deploy(args);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toContain(rule);
      expect(stderr.split('\n').at(-1)).toContain(fix);
    });

    it('says that there is no docker', async () => {
      const bin = join(server.directory, 'bin');
      const { stdout } = await execa('sh', [
        '-c',
        'for it in dirname grep printenv sed sort tail tr; do command -v $it; done',
      ]);
      await mkdir(bin);
      for (const program of stdout.split('\n')) await symlink(program, join(bin, basename(program)));
      const { exitCode, stderr } = await server.deploy(['local', 'up'], { PATH: bin });
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no docker command.')]);
    });

    it('wants the example filled in', async () => {
      await server.configure('dev', {});
      const { exitCode, stderr } = await dev(['up']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('DOCKERHUB_USERNAME is not set for dev');
    });

    it.each([
      ['no password', { COMPOSE_PROFILES: 'postgres' }, 'POSTGRES_PASSWORD must be letters and digits'],
      [
        'one that breaks a URL',
        { COMPOSE_PROFILES: 'postgres', POSTGRES_PASSWORD: 'a/b@c' },
        'part of a URL',
      ],
      ['one, but no PostgreSQL', { POSTGRES_PASSWORD: 'canary' }, 'postgres is not switched on'],
    ])('refuses a database with %s', async (_name, env, rule) => {
      const { exitCode, stderr } = await dev(['up'], { DOCKERHUB_USERNAME: 'clinic', ...env });
      expect([exitCode, stderr.includes(rule)]).toEqual([2, true]);
      expect(stderr).not.toContain('canary');
    });

    it('brings up both services from the registry, healthy, and says what runs and where', async () => {
      one = await publish(world, 'ehr-api', 'dev', 'one');
      web = await publish(world, 'ehr-web', 'dev', 'web');
      await server.configure('dev', {
        REGISTRY: world.registry,
        DOCKERHUB_USERNAME: world.project,
        COMPOSE_PROJECT_NAME: world.project,
        API_PORT: new URL(world.urls.api).port,
        WEB_PORT: new URL(world.urls.web).port,
      });
      const { exitCode, stdout } = await dev(['up']);
      expect(stdout.split('\n')).toEqual([
        `ehr-api  healthy  ${world.registry}/${world.project}/ehr-api:dev@${one}  ${world.urls.api}/health`,
        `ehr-web  healthy  ${world.registry}/${world.project}/ehr-web:dev@${web}  ${world.urls.web}/api/health`,
      ]);
      expect([exitCode, await answer(world.urls.api), await answer(world.urls.web)]).toEqual([
        0,
        'one',
        'web',
      ]);
    });

    it('limits what a container may take, keeps its log small, and starts it again', async () => {
      const format =
        '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.LogConfig.Config}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.ReadonlyRootfs}}';
      expect(await world.docker('inspect', '--format', format, await container('ehr-api'))).toBe(
        `${2 * 1024 ** 3} 1000000000 256 map[max-file:3 max-size:10m] unless-stopped true`,
      );
    });

    it('leaves alone what the tags still name', async () => {
      const before = [await container('ehr-api'), await container('ehr-web')];
      expect((await dev(['up'])).exitCode).toBe(0);
      expect([await container('ehr-api'), await container('ehr-web')]).toEqual(before);
    });

    it('fetches with pull, without touching what runs', async () => {
      two = await publish(world, 'ehr-api', 'dev', 'two');
      const before = await container('ehr-api');
      expect((await dev(['pull', 'ehr-api'])).exitCode).toBe(0);
      expect([await container('ehr-api'), await answer(world.urls.api)]).toEqual([before, 'one']);
    });

    it('runs what a moved tag names now, and leaves the other service alone', async () => {
      const before = await container('ehr-web');
      const { exitCode, stdout } = await dev(['up']);
      expect([exitCode, stdout.includes(two), await answer(world.urls.api)]).toEqual([0, true, 'two']);
      expect(await container('ehr-web')).toBe(before);
    });

    it('rolls back to the image before, though the tag names the new one', async () => {
      const { exitCode, stdout } = await dev(['rollback']);
      expect([exitCode, stdout.includes(`ehr-api:dev@${one}`)]).toEqual([0, true]);
      expect([await answer(world.urls.api), await answer(world.urls.web)]).toEqual(['one', 'web']);
    });

    it('knows nothing before the first image, says so, and changes nothing', async () => {
      const before = await container('ehr-api');
      const { exitCode, stderr } = await dev(['rollback', 'ehr-api']);
      expect([exitCode, stderr.includes('No earlier image of ehr-api')]).toEqual([1, true]);
      expect(await container('ehr-api')).toBe(before);
    });

    it('takes a tag from the process environment before the file', async () => {
      await publish(world, 'ehr-api', 'v1.0.0', 'v1.0.0');
      const { exitCode } = await dev(['up'], { API_IMAGE_TAG: 'v1.0.0' });
      expect([exitCode, await answer(world.urls.api)]).toEqual([0, 'v1.0.0']);
    });

    it('changes nothing when the tag does not exist', async () => {
      const { exitCode, stderr } = await dev(['up'], { API_IMAGE_TAG: 'v9.9.9' });
      expect([exitCode, stderr.includes('nothing was changed')]).toEqual([1, true]);
      expect(await answer(world.urls.api)).toBe('v1.0.0');
    });

    it('says so with the last log lines when an image never becomes healthy, and rolls back from it', async () => {
      await publish(world, 'ehr-api', 'v2.0.0', 'v2.0.0', { healthy: false });
      const { exitCode, stderr } = await dev(['up', 'ehr-api'], { API_IMAGE_TAG: 'v2.0.0' });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('version v2.0.0 starts');
      expect(stderr).toContain('Not everything became healthy in dev.');
      expect(stderr.split('\n').at(-1)).toContain('./deploy.sh dev rollback ehr-api');
      expect((await dev(['rollback', 'ehr-api'])).exitCode).toBe(0);
      expect(await answer(world.urls.api)).toBe('v1.0.0');
    });

    it('goes further back the next time, without the registry’s tags and without a build', async () => {
      expect((await dev(['rollback'])).exitCode).toBe(0);
      expect(await answer(world.urls.api)).toBe('one');
    });

    it('restarts a service as it is, and waits', async () => {
      const [id, started] = [await container('ehr-api'), '{{.State.StartedAt}}'];
      const before = await world.docker('inspect', '--format', started, id);
      expect((await dev(['restart', 'ehr-api'])).exitCode).toBe(0);
      expect(await container('ehr-api')).toBe(id);
      expect(await world.docker('inspect', '--format', started, id)).not.toBe(before);
      expect(await answer(world.urls.api)).toBe('one');
    });

    it('shows what runs and what it wrote, and runs a command inside', async () => {
      expect((await dev(['ps'])).stdout).toMatch(/ehr-api.*\(healthy\)[^]*ehr-web.*\(healthy\)/);
      expect((await dev(['logs', 'ehr-api'])).stdout).toContain('version one starts');
      expect((await dev(['logs', 'ehr-web', '--no-log-prefix'])).stdout).toContain('version web starts');
      const script = 'console.log(process.argv[1]); process.exit(7)';
      const run = await dev(['exec', 'ehr-api', 'node', '-e', script, 'two words']);
      expect([run.exitCode, run.stdout]).toEqual([7, 'two words']);
    });

    it('takes one service down, then everything; the volume stays, and so does the way back', async () => {
      expect((await dev(['down', 'ehr-web'])).exitCode).toBe(0);
      expect([await container('ehr-web'), await answer(world.urls.api)]).toEqual(['', 'one']);
      expect((await dev(['down'])).exitCode).toBe(0);
      expect(await container('ehr-api')).toBe('');
      const volumes = await world.docker('volume', 'ls', '--quiet', '--filter', `name=${world.project}`);
      expect(volumes).toContain('ehr-api-data');
      await dev(['up']);
      expect(await answer(world.urls.api)).toBe('two');
      await dev(['rollback', 'ehr-api']);
      expect(await answer(world.urls.api)).toBe('one');
    });

    it('keeps a journal of what ran: no line ever changes, and no secret is in it', async () => {
      const lines = (await history()).trimEnd().split('\n');
      const line =
        /^\d{4}-\d\d-\d\dT[\d:]+Z (ran|back) ehr-(api|web) \S+@sha256:[0-9a-f]{64} unknown unversioned$/;
      expect(lines.filter((text) => !line.test(text))).toEqual([]);
      const before = await history();
      await dev(['up']);
      expect(await history()).toContain(before);
    });

    it('passes shellcheck where there is one', async () => {
      const { failed, code, stdout } = await execa('shellcheck', ['deploy.sh'], {
        cwd: server.directory,
        reject: false,
      });
      expect(code === 'ENOENT' || !failed, stdout).toBe(true);
    });
  },
);
