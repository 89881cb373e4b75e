import { formatReference } from '@ehr/delivery-core';
import type { DeployOutcome } from '@ehr/testing-fakes';
import { describe, expect, it } from 'vitest';
import { arrange, type Arranged, PATIENT, pinOf, quiet } from '../../test/arrange.ts';

/** Somebody else deploys the same compose. */
const deployByHand = ({ fake, service }: Arranged, title: string) =>
  fake.queue.add(service, 'deploy', title, 'by hand');

/** A deploy that ends when the test says so. */
function slowDeploy() {
  const { promise, resolve: finish } = Promise.withResolvers<Partial<DeployOutcome> | undefined>();
  return { onDeploy: () => promise, finish: () => finish(undefined) };
}

describe('waiting for its own deploy', () => {
  it('takes no other record for its own, however much it looks like it', async () => {
    const arranged = await arrange('compose');
    const { fake, service, triggered, failure } = arranged;
    fake.queue.hold();
    const target = await triggered();
    deployByHand(arranged, 'ehr-api 1.0.2 (2222222)');
    fake.behave(service.id, 'image-missing');
    fake.queue.release();
    expect((await failure(target.settle(quiet))).code).toBe('DOKPLOY_DEPLOY_FAILED');
  });

  it('waits for an earlier deploy of the service before it writes anything', async () => {
    const slow = slowDeploy();
    const arranged = await arrange('compose', slow);
    const { service, clock, deploy } = arranged;
    deployByHand(arranged, 'earlier');
    let written = '';
    clock.onSleep = () => {
      written ||= service.row.env ?? '';
      slow.finish();
    };
    await deploy();
    expect(written).not.toContain('sha256');
    expect(service.running.images).toEqual({ 'ehr-api': formatReference(pinOf('2').image) });
  });

  it('gives up when its turn does not come, and has changed nothing', async () => {
    const arranged = await arrange('compose', slowDeploy());
    deployByHand(arranged, 'for ever');
    const error = await arranged.failure(arranged.triggered());
    expect(error.code).toBe('DOKPLOY_BUSY');
    expect(error.message).toContain('for ever');
    expect(arranged.service.row.env).not.toContain('sha256');
  });

  it('says how many jobs of other services are before it', async () => {
    const slow = slowDeploy();
    const { fake, clock, triggered } = await arrange('compose', slow);
    fake.queue.add(fake.addService({ name: 'other', kind: 'application' }), 'deploy', 'theirs', '');
    const target = await triggered();
    clock.onSleep = slow.finish;
    const states: string[] = [];
    await target.settle((state) => states.push(state));
    expect(states[0]).toBe('waiting in the queue behind 1');
  });

  it('ends with Dokploy’s own log, bounded and without secrets', async () => {
    const log = [
      ...Array.from({ length: 500 }, (_, line) => `line ${line}`),
      '║ Command: docker compose ║',
      'DATABASE_URL=postgres://ehr:canary-database-password@db/ehr',
      'connecting with canary-database-password as password: "another-secret"',
      'https://puller:canary-registry-password@registry.example.org',
      'good morning, says an environment variable without the name of a secret',
      'Error: the end',
    ].join('\n');
    const { deploy, failure } = await arrange('compose', { onDeploy: () => ({ status: 'error', log }) });
    const error = await failure(deploy(), 'another-secret');
    expect(error.code).toBe('DOKPLOY_DEPLOY_FAILED');
    expect(error.message).toContain('Error: the end');
    expect(error.message).toContain('[secret], says');
    expect(error.message).not.toContain('║');
    expect(error.message.split('\n').length).toBeLessThan(45);
  });

  it('sees that a restart lost the queue: it never started', async () => {
    const { fake, triggered, failure } = await arrange('compose');
    fake.queue.hold();
    const target = await triggered();
    await fake.goDown();
    await fake.comeUp();
    expect((await failure(target.settle(quiet))).code).toBe('DOKPLOY_NEVER_STARTED');
  });

  it.each<[string, string, (arranged: Arranged, finish: () => void) => void | Promise<void>]>([
    [
      'a restart cut it: cancelled, and what runs is not known',
      'DOKPLOY_DEPLOY_CANCELLED',
      async ({ fake, clock }) => {
        clock.onSleep = async () => {
          clock.onSleep = quiet;
          await fake.comeUp();
        };
        await fake.goDown();
      },
    ],
    [
      'its record vanished',
      'DOKPLOY_RECORD_VANISHED',
      ({ fake }) => {
        fake.queue.loseEverything();
        fake.world.rows = [];
      },
    ],
    ['it hangs', 'DOKPLOY_TIMEOUT', quiet],
    [
      'the pin was written over while the job ran',
      'DOKPLOY_PIN_LOST',
      ({ service }, finish) => {
        service.row.env = 'API_IMAGE_TAG=staging';
        finish();
      },
    ],
  ])('sees that %s', async (_what, code, happen) => {
    const slow = slowDeploy();
    const arranged = await arrange('compose', slow);
    const target = await arranged.triggered();
    await arranged.reaches('running');
    arranged.clock.onSleep = () => happen(arranged, slow.finish);
    const error = await arranged.failure(target.settle(quiet));
    expect(error.code).toBe(code);
    if (code === 'DOKPLOY_TIMEOUT') expect(error.message).toContain('Dokploy says running');
  });

  it('does not call it done when another image was pinned while the job waited', async () => {
    const { fake, service, triggered, failure } = await arrange('compose');
    fake.queue.hold();
    const target = await triggered();
    service.row.env = (service.row.env ?? '').replace(/sha256:2+/, `sha256:${'3'.repeat(64)}`);
    fake.queue.release();
    expect((await failure(target.settle(quiet))).code).toBe('DOKPLOY_PIN_LOST');
    // The trap it guards against: the record says done, with our title, and another image runs.
    expect(fake.rows(service.id)[0]?.status).toBe('done');
  });

  it('finds its record among the eleven that Dokploy keeps', async () => {
    const arranged = await arrange('compose');
    const { fake, service, deploy } = arranged;
    for (let count = 0; count < 14; count += 1) deployByHand(arranged, `by hand ${count}`);
    await expect.poll(() => fake.queue.list(), PATIENT).toEqual([]);
    expect(fake.rows(service.id)).toHaveLength(11);
    await deploy();
    expect(fake.rows(service.id)).toHaveLength(11);
  });
});
