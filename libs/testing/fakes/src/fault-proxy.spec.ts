import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy } from './index.ts';
import type { FaultProxy } from './index.ts';

/** A server that remembers how many bytes of each body it got, and answers with the path. */
const received: number[] = [];
const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('close', () => received.push(bytes));
  request.on('end', () => response.end(request.url));
});
let proxy: FaultProxy;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  proxy = await startFaultProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => {
  received.length = 0;
});
afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

const put = () => fetch(`http://${proxy.host}/x?secret=1`, { method: 'PUT', body: 'a'.repeat(100_000) });

describe('startFaultProxy', () => {
  it('passes requests and bodies on, and remembers them without their query', async () => {
    proxy.inject(() => undefined);
    expect(await (await put()).text()).toBe('/x?secret=1');
    expect(received).toEqual([100_000]);
    expect(proxy.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/x' });
  });

  it('answers in the server’s place', async () => {
    proxy.inject(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }));
    const response = await put();
    expect([response.status, response.headers.get('retry-after'), received.length]).toEqual([429, '7', 0]);
  });

  it('cuts before the server hears anything', async () => {
    proxy.inject(() => ({ kind: 'reset' }));
    await expect(put()).rejects.toThrow('fetch failed');
    expect(received).toEqual([]);
  });

  it('cuts in the middle of the body', async () => {
    proxy.inject(() => ({ kind: 'half-request' }));
    await expect(put()).rejects.toThrow('fetch failed');
    await expect.poll(() => received.length).toBe(1);
    expect(received[0]).toBeLessThan(100_000);
  });

  it('loses the answer of a request that was acted on', async () => {
    let acted = 0;
    proxy.inject(() => ({ kind: 'lost-answer', then: () => (acted += 1) }));
    await expect(put()).rejects.toThrow('fetch failed');
    expect([received, acted]).toEqual([[100_000], 1]);
  });

  it('cuts in the middle of an answer, whose status got through', async () => {
    proxy.inject(() => ({ kind: 'half-answer' }));
    const response = await put();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(received).toEqual([100_000]);
  });
});
