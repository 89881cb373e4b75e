import { formatReference, Secret } from '@ehr/delivery-core';
import { type Fault, type FaultProxy, startFaultProxy } from '@ehr/testing-fakes';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { arrange, type Arranged, failureOf, pinOf, quiet } from '../../test/arrange.ts';
import { connect, type ConnectionOptions } from './connection.ts';
import { createDokployApi } from './dokploy-api.ts';
import { tellSilence } from './tell-silence.ts';

let arranged: Arranged;
let proxy: FaultProxy;
let deploys: number;
beforeEach(async () => {
  deploys = 0;
  arranged = await arrange('compose', { onDeploy: () => void (deploys += 1) });
  proxy = await startFaultProxy(new URL(arranged.fake.url).host);
  onTestFinished(() => proxy.stop());
});

function api(options: Partial<ConnectionOptions> = {}) {
  const { fake, clock } = arranged;
  return createDokployApi(
    connect({
      url: `http://${proxy.host}`,
      apiKey: new Secret(fake.ownerKey),
      now: () => clock.now,
      sleep: async (milliseconds) => void (clock.now += milliseconds),
      ...options,
    }),
  );
}
const withKey = (key: string) => api({ apiKey: new Secret(key) });
const failure = (promise: Promise<unknown>, key = arranged.fake.ownerKey) => failureOf(promise, [key]);
const shaped = (status: number, message: string, code: string) =>
  ({ kind: 'status', status, body: JSON.stringify({ message, code }) }) as const;

describe('a key', () => {
  it('that was never accepted is unauthorized, at once', async () => {
    const key = 'no-such-key-canary';
    const error = await failure(withKey(key).version(), key);
    expect(error.code).toBe('DOKPLOY_UNAUTHORIZED');
    expect(proxy.seen).toHaveLength(1);
  });

  it('that fails on the sixth call is throttled, not wrong', async () => {
    const key = arranged.fake.addKey({ limit: { max: 10, windowMs: 86_400_000 } });
    const limited = withKey(key);
    for (let count = 0; count < 5; count += 1) expect(await limited.version()).toBe('v0.30.2');
    expect((await failure(limited.version(), key)).code).toBe('DOKPLOY_THROTTLED');
  });

  it('with a short window is waited for', async () => {
    const key = arranged.fake.addKey({ limit: { max: 4, windowMs: 10_000 } });
    const limited = withKey(key);
    for (let count = 0; count < 7; count += 1) expect(await limited.version()).toBe('v0.30.2');
  });

  it('of a member without this service is unauthorized, with the reason', async () => {
    const key = arranged.fake.addKey({ member: { services: [] } });
    const error = await failure(withKey(key).compose(arranged.service.id), key);
    expect([error.code, error.message]).toEqual([
      'DOKPLOY_UNAUTHORIZED',
      "Dokploy's user of this key may not compose.one: You don't have access to this service.",
    ]);
    expect(error.hint).toContain('Ask an owner');
  });
});

describe('an answer', () => {
  it.each<[string, Fault, string, number]>([
    ['a refusal by 301 without a place to go', shaped(301, 'Branch Not Match', 'X'), 'DOKPLOY_REFUSED', 1],
    ['a bad request', shaped(400, 'Input validation failed', 'BAD_REQUEST'), 'DOKPLOY_REFUSED', 1],
    ['an unknown id', shaped(404, 'Compose not found', 'NOT_FOUND'), 'DOKPLOY_REFUSED', 1],
    [
      'a command that failed',
      shaped(500, 'docker login -p canary-registry-password', 'INTERNAL'),
      'DOKPLOY_REFUSED',
      1,
    ],
    ['another server’s page', { kind: 'status', status: 200, body: '<html>' }, 'DOKPLOY_REFUSED', 1],
    ['an empty one where a value was due', { kind: 'status', status: 200, body: '' }, 'DOKPLOY_REFUSED', 1],
    ['a row without its columns', { kind: 'status', status: 200, body: '{}' }, 'DOKPLOY_REFUSED', 1],
    ['a gateway’s 503, retried', { kind: 'status', status: 503 }, 'DOKPLOY_UNREACHABLE', 8],
    ['a reset, retried', { kind: 'reset' }, 'DOKPLOY_UNREACHABLE', 8],
    [
      '429, retried',
      { kind: 'status', status: 429, headers: { 'retry-after': '30' } },
      'DOKPLOY_THROTTLED',
      3,
    ],
  ])('that is %s is reported as such', async (_name, fault, code, tries) => {
    proxy.inject(() => fault);
    expect((await failure(api().compose(arranged.service.id))).code).toBe(code);
    expect(proxy.seen).toHaveLength(tries);
  });

  it('that comes after retries is used', async () => {
    proxy.inject(({ number }) => (number < 4 ? { kind: 'status', status: 502 } : undefined));
    expect(await api().version()).toBe('v0.30.2');
  });

  it('of zero bytes is a success where nothing is expected', async () => {
    const application = arranged.fake.addService({ name: 'app', kind: 'application' });
    await expect(api().deployApplication(application.id, 't', 'd')).resolves.toBeUndefined();
  });

  it('of an update with nothing in it means an unknown id', async () => {
    expect((await failure(api().updateCompose('nope', { command: '' }))).code).toBe('DOKPLOY_REFUSED');
  });
});

it('never follows a redirect with the key', async () => {
  const elsewhere = await startFaultProxy('127.0.0.1:9');
  const headers = { location: `http://${elsewhere.host}/` };
  proxy.inject(() => ({ kind: 'status', status: 308, headers }));
  expect((await failure(api().version())).code).toBe('DOKPLOY_REFUSED');
  expect(elsewhere.seen).toEqual([]);
  await elsewhere.stop();
});

it.each(['not an address', 'ftp://example.org', 'https://user:canary-database-password@example.org'])(
  'refuses the address %s',
  async (url) => {
    const error = await failure(Promise.resolve().then(() => api({ url })));
    expect(error.code).toBe('OPTIONS_INVALID');
  },
);

it.each<Fault>([
  { kind: 'reset' },
  { kind: 'half-request' },
  { kind: 'lost-answer' },
  { kind: 'status', status: 504 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
])('%j at any step of a deploy does not fail it, nor run it twice', async (fault) => {
  for (let position = 1; position <= 11; position += 1) {
    const before = proxy.seen.length;
    proxy.inject(({ number }) => (number === before + position ? fault : undefined));
    const target = arranged.target({ url: `http://${proxy.host}` });
    const pin = pinOf(position.toString(16));
    await target.trigger(pin);
    await target.settle(quiet);
    expect((await target.inspect()).image).toEqual(pin.image);
    expect(arranged.service.running.images).toEqual({ 'ehr-api': formatReference(pin.image) });
    expect(deploys).toBe(position);
  }
});

it('tells of a Dokploy that does not answer before the request is given up, and goes on', async () => {
  const waits: string[] = [];
  const requestTimeoutMs = 1_500;
  const slow = api({ requestTimeoutMs, onWait: (message) => waits.push(message) });
  proxy.inject(({ number }) => (number === 1 ? { kind: 'delay', milliseconds: 3_000 } : undefined));
  const began = performance.now();
  const version = slow.version();
  await expect.poll(() => waits.length, { interval: 10 }).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(requestTimeoutMs);
  expect(await version).toBe('v0.30.2');
  expect(waits).toEqual([
    expect.stringContaining('has not answered yet'),
    expect.stringContaining('asked again in 1 s'),
  ]);
});

it('says so within ten seconds, whatever a request may take', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: number[] = [];
  const never = new Promise<never>(() => undefined);
  void tellSilence(
    30_000,
    () => told.push(1),
    () => never,
  );
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toHaveLength(1);
});
