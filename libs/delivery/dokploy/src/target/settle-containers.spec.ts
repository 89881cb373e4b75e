import { formatReference } from '@ehr/delivery-core';
import { afterEach, describe, expect, it } from 'vitest';
import { arrange, failureOf, pinOf, type Arranged } from '../../test/arrange.ts';

/** Of real time: a loaded machine is no failure. */
const PATIENT = { timeout: 15_000 };

let arranged: Arranged;
afterEach(() => arranged.fake.stop());

const quiet = () => undefined;

describe('after Dokploy said done', () => {
  it.each([
    ['crash-loop', 'SERVICE_CRASHES'],
    ['unhealthy', 'SERVICE_UNHEALTHY'],
  ] as const)('a compose that is a %s fails with its own words', async (behaviour, code) => {
    arranged = await arrange('compose');
    const { fake, service } = arranged;
    fake.behave(service.id, behaviour);
    service.running.log = 'Error: no database at canary-database-password\n';
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe(code);
    expect(error.message).toContain('Error: no database');
    // What this guards against.
    expect(fake.rows(service.id)[0]?.status).toBe('done');
  });

  it('waits for a compose that is starting, until it is healthy or time is up', async () => {
    arranged = await arrange('compose');
    const { fake, service, clock } = arranged;
    const deploy = async (health: 'healthy' | 'starting') => {
      const target = arranged.target();
      await target.trigger(pinOf('2'));
      await expect.poll(() => fake.rows(service.id)[0]?.status, PATIENT).toBe('done');
      service.running.health = 'starting';
      clock.onSleep = () => {
        service.running.health = health;
      };
      await target.settle(quiet);
    };
    await deploy('healthy');
    expect((await failureOf(deploy('starting'), [fake.ownerKey])).code).toBe('SERVICE_UNHEALTHY');
  });

  it.each(['application', 'stack'] as const)(
    'swarm has rolled a %s back and nobody says so: the verification has to tell',
    async (kind) => {
      arranged = await arrange(kind);
      const { fake, service } = arranged;
      const target = arranged.target();
      await target.trigger(pinOf('1'));
      await target.settle(quiet);
      fake.behave(service.id, 'crash-loop');
      await target.trigger(pinOf('2'));
      await target.settle(quiet);
      expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('1').image)]);
      expect((await target.inspect()).image).toEqual(pinOf('2').image);
      expect(await target.explainPrevious()).toEqual({
        rolledBack: true,
        message: 'Docker Swarm gave the new task up: Failed 2 seconds ago (task: non-zero exit (1))',
      });
    },
  );
});
