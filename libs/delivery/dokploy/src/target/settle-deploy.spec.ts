import { formatReference } from '@ehr/delivery-core';
import type { DeployOutcome, FakeDokploy } from '@ehr/testing-fakes';
import { afterEach, describe, expect, it } from 'vitest';
import { arrange, failureOf, pinOf, type Arranged } from '../../test/arrange.ts';

/** Of real time: a loaded machine is no failure. */
const PATIENT = { timeout: 15_000 };

let arranged: Arranged;
afterEach(() => arranged.fake.stop());

const quiet = () => undefined;
const call = (fake: FakeDokploy, procedure: string, body: object) =>
  fetch(`${fake.url}/api/${procedure}`, {
    method: 'POST',
    headers: { 'x-api-key': fake.ownerKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A deploy that ends when the test says so. */
function slowDeploy() {
  let finish!: (outcome?: Partial<DeployOutcome>) => void;
  const ending = new Promise<Partial<DeployOutcome> | undefined>((done) => {
    finish = done;
  });
  return { onDeploy: () => ending, finish: (outcome?: Partial<DeployOutcome>) => finish(outcome) };
}

describe('waiting for its own deploy', () => {
  it('takes no other record for its own, however much it looks like it', async () => {
    arranged = await arrange('compose');
    const { fake, service } = arranged;
    fake.queue.hold();
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    const title = 'ehr-api 1.0.2 (2222222)';
    await call(fake, 'compose.deploy', { composeId: service.id, title, description: 'by hand' });
    fake.behave(service.id, 'image-missing');
    fake.queue.release();
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_DEPLOY_FAILED');
  });

  it('waits for an earlier deploy of the service before it writes anything', async () => {
    const slow = slowDeploy();
    arranged = await arrange('compose', slow);
    const { fake, service, clock } = arranged;
    await call(fake, 'compose.deploy', { composeId: service.id, title: 'earlier' });
    let written = '';
    clock.onSleep = () => {
      written = service.row.env ?? '';
      slow.finish();
    };
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    expect(written).not.toContain('sha256');
    await target.settle(quiet);
    expect(service.running.images).toEqual({ 'ehr-api': formatReference(pinOf('2').image) });
  });

  it('gives up when its turn does not come, and has changed nothing', async () => {
    arranged = await arrange('compose', slowDeploy());
    const { fake, service } = arranged;
    await call(fake, 'compose.deploy', { composeId: service.id, title: 'for ever' });
    const error = await failureOf(arranged.target().trigger(pinOf('2')), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_BUSY');
    expect(error.message).toContain('for ever');
    expect(service.row.env).not.toContain('sha256');
  });

  it('says how many jobs of other services are before it', async () => {
    const slow = slowDeploy();
    arranged = await arrange('compose', slow);
    const { fake, clock } = arranged;
    const other = fake.addService({ name: 'other', kind: 'application', sourceType: 'docker' });
    await call(fake, 'application.deploy', { applicationId: other.id });
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    clock.onSleep = () => slow.finish();
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
      'Error: the end',
    ].join('\n');
    arranged = await arrange('compose', { onDeploy: () => ({ status: 'error', log }) });
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    const error = await failureOf(target.settle(quiet), [arranged.fake.ownerKey, 'another-secret']);
    expect(error.code).toBe('DOKPLOY_DEPLOY_FAILED');
    expect(error.message).toContain('Error: the end');
    expect(error.message).not.toContain('║');
    expect(error.message.split('\n').length).toBeLessThan(45);
  });

  it('sees that a restart lost the queue: it never started', async () => {
    arranged = await arrange('compose');
    const { fake } = arranged;
    fake.queue.hold();
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await fake.goDown();
    await fake.comeUp();
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_NEVER_STARTED');
  });

  it('sees that a restart cut it: cancelled, and what runs is not known', async () => {
    arranged = await arrange('compose', slowDeploy());
    const { fake, service, clock } = arranged;
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await expect.poll(() => fake.rows(service.id)[0]?.status, PATIENT).toBe('running');
    clock.onSleep = async () => {
      clock.onSleep = async () => {
        clock.onSleep = quiet;
        await fake.comeUp();
      };
      await fake.goDown();
    };
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_DEPLOY_CANCELLED');
  });

  it('sees that its record vanished', async () => {
    arranged = await arrange('compose', slowDeploy());
    const { fake, service, clock } = arranged;
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await expect.poll(() => fake.rows(service.id)[0]?.status, PATIENT).toBe('running');
    clock.onSleep = () => {
      fake.queue.loseEverything();
      fake.world.rows = [];
    };
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_RECORD_VANISHED');
  });

  it('does not wait for ever for a deploy that hangs', async () => {
    arranged = await arrange('compose', slowDeploy());
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await expect.poll(() => arranged.fake.rows(arranged.service.id)[0]?.status, PATIENT).toBe('running');
    const error = await failureOf(target.settle(quiet), [arranged.fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_TIMEOUT');
    expect(error.message).toContain('Dokploy says running');
  });

  it('does not call it done when another image was pinned while the job waited', async () => {
    arranged = await arrange('compose');
    const { fake, service } = arranged;
    fake.queue.hold();
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    service.row.env = (service.row.env ?? '').replace(/sha256:2+/, `sha256:${'3'.repeat(64)}`);
    fake.queue.release();
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_PIN_LOST');
    // The trap it guards against: the record says done, with our title, and another image runs.
    expect(fake.rows(service.id)[0]?.status).toBe('done');
  });

  it('does not call it done when the pin was written over while the job ran', async () => {
    const slow = slowDeploy();
    arranged = await arrange('compose', slow);
    const { fake, service, clock } = arranged;
    const before = service.row.env;
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await expect.poll(() => fake.rows(service.id)[0]?.status, PATIENT).toBe('running');
    clock.onSleep = () => {
      service.row.env = before;
      slow.finish();
    };
    const error = await failureOf(target.settle(quiet), [fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_PIN_LOST');
  });

  it('finds its record among the eleven that Dokploy keeps', async () => {
    arranged = await arrange('compose');
    const { fake, service } = arranged;
    for (let count = 0; count < 14; count += 1) {
      await call(fake, 'compose.deploy', { composeId: service.id, title: `by hand ${count}` });
    }
    await expect.poll(() => fake.queue.list(), PATIENT).toEqual([]);
    expect(fake.rows(service.id)).toHaveLength(11);
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await target.settle(quiet);
    expect(fake.rows(service.id)).toHaveLength(11);
  });
});
