import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalServer, serveLocally } from './http/local-server.ts';
import { type FaultProxy, startFaultProxy } from './index.ts';

/** How many bytes of each body the server got; it answers with the path. */
const received: number[] = [];
let server: LocalServer;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await serveLocally((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('close', () => received.push(bytes));
    request.on('end', () => response.end(request.url));
  });
  proxy = await startFaultProxy(`127.0.0.1:${server.port}`);
});
beforeEach(() => {
  received.length = 0;
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const put = () => fetch(`http://${proxy.host}/x?secret=1`, { method: 'PUT', body: 'a'.repeat(100_000) });

describe('startFaultProxy', () => {
  it('passes requests and bodies on, and records them without their query', async () => {
    proxy.inject(() => undefined);
    expect(await (await put()).text()).toBe('/x?secret=1');
    expect(received).toEqual([100_000]);
    expect(proxy.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/x' });
  });

  it('answers instead of the server', async () => {
    proxy.inject(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }));
    const response = await put();
    expect([response.status, response.headers.get('retry-after'), received.length]).toEqual([429, '7', 0]);
  });

  it('cuts before the server gets anything', async () => {
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

  it('loses the answer of a request that the server acted on', async () => {
    let acted = 0;
    proxy.inject(() => ({ kind: 'lost-answer', then: () => (acted += 1) }));
    await expect(put()).rejects.toThrow('fetch failed');
    expect([received, acted]).toEqual([[100_000], 1]);
  });

  it('cuts in the middle of an answer, after its status', async () => {
    proxy.inject(() => ({ kind: 'half-answer' }));
    const response = await put();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(received).toEqual([100_000]);
  });
});
