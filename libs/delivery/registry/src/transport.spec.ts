import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FaultProxy, startFaultProxy } from '@ehr/testing-fakes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransport } from './transport.ts';

const server = createServer((_request, response) => void response.end('{"tags":["staging"]}'));
let proxy: FaultProxy;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  proxy = await startFaultProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

describe('a request whose answer is cut short', () => {
  const send = () =>
    createTransport({ registry: proxy.host, repository: 'a', retries: 1, retryDelayMs: 1 }).send({
      path: 'tags/list',
    });

  it('is sent again', async () => {
    const first = proxy.seen.length + 1;
    proxy.inject(({ number }) => (number === first ? { kind: 'half-answer' } : undefined));
    expect(await (await send()).json()).toEqual({ tags: ['staging'] });
    expect(proxy.seen.length).toBe(first + 1);
  });

  it('fails as a registry that does not answer, when every answer is', async () => {
    proxy.inject(() => ({ kind: 'half-answer' }));
    await expect(send()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });
});
