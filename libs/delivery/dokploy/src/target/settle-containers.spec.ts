import { formatReference, Secret } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { arrange, pinOf, quiet } from '../../test/arrange.ts';

describe('after Dokploy said done', () => {
  it.each([
    ['crash-loop', 'SERVICE_CRASHES'],
    ['unhealthy', 'SERVICE_UNHEALTHY'],
  ] as const)('a compose that is a %s fails with its own words', async (behaviour, code) => {
    const { fake, service, deploy, failure } = await arrange('compose');
    fake.behave(service.id, behaviour);
    service.running.log = 'Error: no database at canary-database-password\n';
    const error = await failure(deploy());
    expect(error.code).toBe(code);
    expect(error.message).toContain('Error: no database');
    // What this guards against.
    expect(fake.rows(service.id)[0]?.status).toBe('done');
  });

  it('names the checks that fail, as the service itself tells them', async () => {
    const { fake, service, deploy, failure } = await arrange('compose');
    fake.behave(service.id, 'unhealthy');
    const checks = { database: { status: 'fail', detail: 'no connection' }, disk: { status: 'pass' } };
    const says = (name: string) => ({
      prober: {
        probe: async () => ({
          kind: 'answer' as const,
          status: 503,
          body: { service: name, version: '1', revision: 'r', fingerprint: 'f', status: 'fail', checks },
        }),
      },
    });
    expect((await failure(deploy(says('ehr-api')))).message).toContain(
      'its health check fails (database: no connection). Its last words',
    );
    expect((await failure(deploy(says('another')))).message).toContain('its health check fails. Its');
  });

  it.each(['', 'compose -p app -f docker-compose.yml up -d --wait --wait-timeout 30'])(
    'a port that is taken ends it at once, with Dokploy’s own words (command %j)',
    async (command) => {
      const { fake, service, clock, triggered, failure, reaches } = await arrange('compose');
      service.row['command'] = command;
      fake.behave(service.id, 'port-taken');
      const target = await triggered();
      await reaches('error');
      const before = clock.now;
      const error = await failure(target.settle(quiet));
      expect(error).toMatchObject({ code: 'DOKPLOY_NOT_STARTED', effect: 'stopped' });
      expect(error.message).toContain('address already in use');
      expect(error.hint).toContain('--publishPort');
      expect(clock.now - before).toBeLessThan(1_000);
    },
  );

  it('waits for a compose that is starting, until it is healthy or time is up', async () => {
    const { service, clock, triggered, reaches, failure } = await arrange('compose');
    const deploy = async (health: 'healthy' | 'starting') => {
      const target = await triggered();
      await reaches('done');
      service.running.health = 'starting';
      clock.onSleep = () => void (service.running.health = health);
      await target.settle(quiet);
    };
    await deploy('healthy');
    expect((await failure(deploy('starting'))).code).toBe('SERVICE_UNHEALTHY');
  });

  it('a container that ends for want of a setting is no fault of the image', async () => {
    const { fake, service, deploy, failure } = await arrange('compose');
    fake.behave(service.id, 'crash-loop');
    service.running.exit = 78;
    expect(await failure(deploy())).toMatchObject({ code: 'DEPENDENCY_MISSING', effect: 'unknown' });
  });

  it('recognises a crash loop also where Dokploy waited for it and says error, with its own words', async () => {
    for (const look of [0, 1]) {
      const { fake, service, deploy, failure } = await arrange('compose');
      service.row['command'] = 'compose -p app -f docker-compose.yml up -d --wait --wait-timeout 30';
      fake.behave(service.id, 'crash-loop');
      service.running.log = 'Error: no database\n';
      fake.world.looks = look;
      const error = await failure(deploy());
      expect(error).toMatchObject({ code: 'SERVICE_CRASHES', effect: 'image-fault' });
      expect(error.message).toContain('Error: no database');
    }
  });

  it('waits for a container whose database was a moment late', async () => {
    const { fake, service, clock, deploy } = await arrange('compose');
    fake.behave(service.id, 'crash-loop');
    let slept = 0;
    clock.onSleep = () => {
      if (service.running.health === 'restarting' && (slept += 1) === 2) service.running.health = 'healthy';
    };
    await deploy();
  });

  it.each<['application' | 'stack', 'crash-loop' | 'unhealthy', string, number]>([
    ['application', 'crash-loop', 'SERVICE_CRASHES', 1],
    ['application', 'unhealthy', 'SERVICE_UNHEALTHY', 1],
    ['stack', 'crash-loop', 'SERVICE_CRASHES', 1],
    ['stack', 'crash-loop', 'DEPENDENCY_MISSING', 75],
  ])('swarm gives the new task of a %s up (%s): %s', async (kind, behaviour, code, exit) => {
    const { fake, service, target, clock, failure } = await arrange(kind);
    const ours = target();
    await ours.trigger(pinOf('1'));
    await ours.settle(quiet);
    fake.behave(service.id, behaviour);
    service.running.exit = exit;
    await ours.trigger(pinOf('2'));
    const before = clock.now;
    const error = await failure(ours.settle(quiet));
    expect(error.code).toBe(code);
    expect(clock.now - before).toBeLessThan(20_000);
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('1').image)]);
    expect((await ours.inspect()).image).toEqual(pinOf('2').image);
    expect(await ours.explainPrevious()).toMatchObject({ fault: code });
  });

  it('sees that a stack without update rules is down', async () => {
    const { fake, service, triggered, failure, target } = await arrange('stack');
    service.row['composeFile'] = String(service.row['composeFile']).replace(/ {4}deploy:.*\n/, '');
    fake.behave(service.id, 'crash-loop');
    const ours = await triggered();
    expect((await failure(ours.settle(quiet))).code).toBe('SERVICE_CRASHES');
    expect(await target().replicas()).toEqual([]);
  });

  it('leaves it to the verification where the key may not look at tasks', async () => {
    const { fake, service, target } = await arrange('application');
    const apiKey = new Secret(fake.addKey({ member: { services: [service.id] } }));
    const ours = target({ apiKey });
    await ours.trigger(pinOf('1'));
    await ours.settle(quiet);
  });
});
