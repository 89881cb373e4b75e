import { Secret, formatReference } from '@ehr/delivery-core';
import { startFaultProxy, type Fault, type FaultProxy } from '@ehr/testing-fakes';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrange, failureOf, pinOf, type Arranged } from '../../test/arrange.ts';
import { connect, type ConnectionOptions } from './connection.ts';
import { createDokployApi } from './dokploy-api.ts';

let arranged: Arranged;
let proxy: FaultProxy;
beforeEach(async () => {
  arranged = await arrange('compose');
  proxy = await startFaultProxy(new URL(arranged.fake.url).host);
});
afterEach(async () => {
  await proxy.stop();
  await arranged.fake.stop();
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
const failure = (promise: Promise<unknown>, key = arranged.fake.ownerKey) => failureOf(promise, [key]);
const shaped = (status: number, message: string, code: string) =>
  ({ kind: 'status', status, body: JSON.stringify({ message, code }) }) as const;

describe('a key', () => {
  it('that was never accepted is unauthorized, at once', async () => {
    const error = await failure(
      api({ apiKey: new Secret('no-such-key-canary') }).version(),
      'no-such-key-canary',
    );
    expect(error.code).toBe('DOKPLOY_UNAUTHORIZED');
    expect(proxy.seen).toHaveLength(1);
  });

  it('that fails on the sixth call is throttled, not wrong', async () => {
    const key = arranged.fake.addKey({ limit: { max: 10, windowMs: 86_400_000 } });
    const limited = api({ apiKey: new Secret(key) });
    for (let count = 0; count < 5; count += 1) expect(await limited.version()).toBe('v0.30.2');
    expect((await failure(limited.version(), key)).code).toBe('DOKPLOY_THROTTLED');
  });

  it('with a short window is waited for', async () => {
    const key = arranged.fake.addKey({ limit: { max: 4, windowMs: 10_000 } });
    const limited = api({ apiKey: new Secret(key) });
    for (let count = 0; count < 7; count += 1) expect(await limited.version()).toBe('v0.30.2');
  });

  it('of a member without this service is unauthorized, with the reason', async () => {
    const key = arranged.fake.addKey({ member: { services: [] } });
    const error = await failure(api({ apiKey: new Secret(key) }).compose(arranged.service.id), key);
    expect([error.code, error.message]).toEqual([
      'DOKPLOY_UNAUTHORIZED',
      "Dokploy's user of this key may not compose.one: You don't have access to this service.",
    ]);
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
  const requests: unknown[] = [];
  const elsewhere = createServer((request, response) => {
    requests.push(request.headers);
    response.end('"v0.30.2"');
  });
  await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready));
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  proxy.inject(() => ({ kind: 'status', status: 308, headers: { location } }));
  expect((await failure(api().version())).code).toBe('DOKPLOY_REFUSED');
  expect(requests).toEqual([]);
  elsewhere.close();
});

it.each(['not an address', 'ftp://example.org', 'https://user:canary-database-password@example.org'])(
  'refuses the address %s',
  async (url) => {
    const error = await failure(Promise.resolve().then(() => api({ url })));
    expect(error.code).toBe('OPTIONS_INVALID');
  },
);

describe('a deploy whose answer was lost', () => {
  it.each<[string, Fault]>([
    ['before it arrived', { kind: 'reset' }],
    ['in the middle of the request', { kind: 'half-request' }],
    ['after it was acted on', { kind: 'lost-answer' }],
    ['in a gateway', { kind: 'status', status: 504 }],
  ])('%s is found or sent again, and runs once', async (_when, fault) => {
    let broken = false;
    proxy.inject(({ path }) => {
      if (!path.endsWith('compose.deploy') || broken) return undefined;
      broken = true;
      return fault;
    });
    const target = arranged.target({ url: `http://${proxy.host}` });
    await target.trigger(pinOf('2'));
    await target.settle(() => undefined);
    expect(arranged.fake.rows(arranged.service.id)).toHaveLength(1);
    expect(arranged.service.running.images).toEqual({ 'ehr-api': formatReference(pinOf('2').image) });
  });
});

describe('one broken request, whichever it is', () => {
  const faults: Fault[] = [
    { kind: 'reset' },
    { kind: 'half-request' },
    { kind: 'lost-answer' },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  ];
  it.each(faults.map((fault) => [JSON.stringify(fault), fault] as const))(
    '%s at any step does not fail a deploy',
    async (_name, fault) => {
      for (let position = 1; position <= 11; position += 1) {
        const before = proxy.seen.length;
        proxy.inject(({ number }) => (number === before + position ? fault : undefined));
        const target = arranged.target({ url: `http://${proxy.host}` });
        const pin = pinOf(position.toString(16));
        await target.trigger(pin);
        await target.settle(() => undefined);
        expect((await target.inspect()).image).toEqual(pin.image);
        expect(arranged.service.running.images).toEqual({ 'ehr-api': formatReference(pin.image) });
      }
      expect(arranged.fake.rows(arranged.service.id)).toHaveLength(11);
    },
  );
});
