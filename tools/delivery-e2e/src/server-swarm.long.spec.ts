import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { type DeliveryWorld, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commitNextSchema } from './next-schema.ts';
import { pushPostgresStandIn } from './postgres-stand-in.ts';
import { publish, type Server, setUpServer } from './server.ts';
import { swarmClients } from './swarm-clients.ts';

/** docker-stack.yml on a Swarm of one node: the real ehr-api on PostgreSQL, a small image in place of ehr-web. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry') || !requireOrSkip('postgres'))(
  'docker-stack.yml',
  { timeout: 300_000 },
  () => {
    let world: DeliveryWorld;
    let server: Server;
    let clients: ReturnType<typeof swarmClients>;
    let startedSwarm = false;
    beforeAll(async () => {
      world = await startDeliveryWorld();
      server = await setUpServer();
      clients = swarmClients(world);
      if ((await world.docker('info', '--format', '{{.Swarm.LocalNodeState}}')) === 'inactive') {
        await world.docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
        startedSwarm = true;
      }
      const deployed = await world.nx(['run', 'ehr-api:deploy']);
      if (deployed.exitCode !== 0) throw new Error(deployed.stdout + deployed.stderr);
      await world.docker('compose', '--project-name', world.project, 'down', '--volumes');
      await publish(world, 'ehr-web', 'dev', 'one');
      await startDatabase();
    }, 600_000);
    afterAll(async () => {
      await world.docker('rm', '--force', '--volumes', `${world.project}-database`);
      await removeStack();
      if (startedSwarm) {
        await world.docker('swarm', 'leave', '--force');
        await world.docker('network', 'rm', 'docker_gwbridge');
      }
      await removeTasks();
      await server.remove();
      await world.stop();
    });

    /** Swarm refuses to remove a network while a task that is ending is still in it: the next try succeeds. */
    const removeStack = () =>
      vi.waitFor(() => world.docker('stack', 'rm', '--detach=false', world.project), {
        timeout: 60_000,
        interval: 1_000,
      });

    /** Swarm takes the containers of its last tasks away in its own time, and forgets some when it is left. */
    const removeTasks = () =>
      vi.waitUntil(
        async () => {
          const filter = `label=com.docker.stack.namespace=${world.project}`;
          const left = await world.docker('ps', '--all', '--quiet', '--filter', filter);
          // Its removal may be under way: the next look tells.
          for (const id of left.split('\n').filter(Boolean))
            await world.docker('rm', '--force', id).catch(() => '');
          return left === '';
        },
        { timeout: 60_000, interval: 1_000 },
      );

    /** On the stack's network, which is made before the stack: a database is no part of it. */
    const startDatabase = async () => {
      const image = `${world.registry}/${world.project}/postgres:17-bookworm`;
      await pushPostgresStandIn(image);
      const label = `com.docker.stack.namespace=${world.project}`;
      const network = ['--driver', 'overlay', '--attachable', '--opt', 'encrypted', '--label', label];
      await world.docker('network', 'create', ...network, `${world.project}_services`);
      const variables = ['USER=ehr', 'DB=ehr', 'PASSWORD=canary'].flatMap((pair) => [
        '--env',
        `POSTGRES_${pair}`,
      ]);
      const place = ['--network', `${world.project}_services`, '--network-alias', 'database'];
      const data = ['--user', 'postgres', '--env', 'PGDATA=/var/lib/postgresql/data/pgdata'];
      const name = ['--detach', '--name', `${world.project}-database`];
      await world.docker('run', ...name, ...place, ...data, ...variables, image);
    };

    /** The commands of the documentation, with the settings of this test. */
    const deployStack = async (changes: Record<string, string> = {}) => {
      const text = await readFile(
        join(import.meta.dirname, '../../../docs/SERVER_WITHOUT_DOKPLOY.md'),
        'utf8',
      );
      const script = /```sh\n# Stack\n([^]*?)```/.exec(text)?.[1]?.replaceAll('prod', 'dev') ?? 'exit 9';
      await server.configure('dev', {
        REGISTRY: world.registry,
        DOCKERHUB_USERNAME: world.project,
        COMPOSE_PROJECT_NAME: world.project,
        API_IMAGE_TAG: 'local',
        API_PORT: new URL(world.urls.api).port,
        WEB_PORT: new URL(world.urls.web).port,
        DATABASE_URL: 'postgres://ehr:canary@database:5432/ehr',
        ...changes,
      });
      const { API_VERSION = '' } = changes;
      return execa('sh', ['-euc', script], {
        cwd: server.directory,
        env: { API_VERSION },
        // The command waits as long as the engine tries, which is for ever.
        timeout: 180_000,
        reject: false,
        stdin: 'ignore',
      });
    };
    const replicas = (service: string) =>
      world.docker(
        ...['service', 'ls', '--filter', `name=${world.project}_${service}`],
        ...['--format', '{{.Replicas}}'],
      );
    const updateState = (service: string) =>
      world.docker(
        ...['service', 'inspect', '--format', '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}'],
        `${world.project}_${service}`,
      );

    it('does not deploy replicas without a database they can share', async () => {
      const { exitCode, stderr } = await deployStack({ DATABASE_URL: '' });
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('replicas cannot share the embedded database; set DATABASE_URL');
    });

    it('runs two healthy replicas of each, by digest, hardened', async () => {
      const { exitCode, stderr } = await deployStack({ API_VERSION: '1' });
      expect(exitCode, stderr).toBe(0);
      expect([await replicas('ehr-api'), await replicas('ehr-web')]).toEqual(['2/2', '2/2']);
      const [id = ''] = (
        await world.docker('ps', '--quiet', '--filter', `name=${world.project}_ehr-api`)
      ).split('\n');
      const format =
        '{{.Config.Image}} {{.State.Health.Status}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.LogConfig.Config}}';
      expect(await world.docker('inspect', '--format', format, id)).toMatch(
        /ehr-api:local@sha256:\w{64} healthy true \[ALL\] 1073741824 256 map\[max-file:3 max-size:10m\]$/,
      );
    });

    it('updates ehr-api and ehr-web without a failed request: the new replica first', async () => {
      await publish(world, 'ehr-web', 'dev', 'two');
      const asked = Promise.all([
        clients.ask('http://tasks.ehr-api:3000/health', '2'),
        clients.ask('http://tasks.ehr-web:3000', 'two'),
      ]);
      const { exitCode, stderr } = await deployStack({ API_VERSION: '2' });
      expect(exitCode, stderr).toBe(0);
      const [api, web] = await asked;
      expect([api.failures, web.failures]).toEqual([[], []]);
      expect(Object.keys(api.answers)).toEqual(['1', '2']);
      expect(Object.keys(web.answers)).toEqual(['one', 'two']);
      expect([await replicas('ehr-api'), await updateState('ehr-api')]).toEqual(['2/2', 'completed']);
    });

    it('takes an image back that crashes, without a failed request meanwhile', async () => {
      // With an address that is none ehr-api ends as it starts.
      const asked = clients.ask('http://tasks.ehr-api:3000/health', '2', 60);
      await deployStack({ API_VERSION: '3', DATABASE_URL: 'nowhere' });
      await expect
        .poll(() => updateState('ehr-api'), { timeout: 150_000, interval: 1000 })
        .toBe('rollback_completed');
      const { answers, failures } = await asked;
      expect([Object.keys(answers), failures, await replicas('ehr-api')]).toEqual([['2'], [], '2/2']);
    });

    it('takes an image back that never becomes healthy, and nobody notices', async () => {
      await publish(world, 'ehr-web', 'bad', 'bad', { healthy: false });
      await deployStack({ API_VERSION: '2', WEB_IMAGE_TAG: 'bad' });
      await expect
        .poll(() => updateState('ehr-web'), { timeout: 120_000, interval: 1000 })
        .toBe('rollback_completed');
      const { answers, failures } = await clients.ask('http://tasks.ehr-web:3000', 'two');
      expect([Object.keys(answers), failures, await replicas('ehr-web')]).toEqual([['two'], [], '2/2']);
    });

    it('rolls out a release that changes the schema, under reads and writes: none fails, none is lost', async () => {
      const next = await commitNextSchema();
      try {
        const built = await world.nx(['run', 'ehr-api:deploy', '--rollOut=false'], {}, next.directory);
        expect(built.exitCode, built.stdout + built.stderr).toBe(0);
        const at = 'http://tasks.ehr-api:3000';
        const busy = Promise.all([clients.write(at, '3'), clients.write(at, '3')]);
        const { exitCode, stderr } = await deployStack({ API_VERSION: '3', API_IMAGE_TAG: next.tag });
        expect(exitCode, stderr).toBe(0);
        for (const seen of await busy) {
          process.stderr.write(`a client during the rolling update: ${JSON.stringify(seen)}\n`);
          expect([seen.failures, seen.lost]).toEqual([[], 0]);
          expect(Object.keys(seen.answers)).toEqual(['2', '3']);
          expect(seen.writes).toBeGreaterThan(60);
        }
      } finally {
        await next.remove();
      }
    });
  },
);
