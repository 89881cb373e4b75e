import { startFaultProxy } from '@ehr/testing-fakes';
import { startRegistry } from '@ehr/testing-sandbox';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectRegistry } from './index.ts';

const auth = { username: 'clinic', password: 'canary-secret-7f3a' };
let closed: Awaited<ReturnType<typeof startRegistry>>;
let open: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  [closed, open] = await Promise.all([startRegistry({ auth }), startRegistry()]);
});
afterAll(() => Promise.all([closed.stop(), open.stop()]));

const inspect = (registry: string, more: Partial<Parameters<typeof inspectRegistry>[0]> = {}) =>
  inspectRegistry({ registry, repository: 'clinic/ehr-api', retries: 0, ...more });
const unauthorized = { code: 'REGISTRY_UNAUTHORIZED' };

describe('inspectRegistry', () => {
  it('may do everything with the right sign-in in a closed registry', async () => {
    const mine = inspect(closed.host, { credentials: auth });
    await mine.reach();
    await mine.read();
    await mine.write();
    expect(await mine.isPublic()).toBe(false);
  });

  it.each([undefined, { ...auth, password: 'wrong' }])('is refused with %j', async (credentials) => {
    const mine = inspect(closed.host, credentials && { credentials });
    await mine.reach();
    await expect(mine.read()).rejects.toMatchObject(unauthorized);
    await expect(mine.write()).rejects.toMatchObject(unauthorized);
  });

  it('knows a registry that is open to all', async () => {
    expect(await inspect(open.host).isPublic()).toBe(true);
  });

  it('cancels the upload it began', async () => {
    const proxy = await startFaultProxy(open.host);
    await inspect(proxy.host).write();
    expect(proxy.seen.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    const repositories = (await (await fetch(`${open.url}/v2/_catalog`)).json()) as object;
    expect(repositories).toEqual({ repositories: [] });
    await proxy.stop();
  });

  it('says that nobody answers', async () => {
    await expect(inspect('127.0.0.1:1').reach()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  it('asks Docker Hub alone for its limit, and tells what it says', async () => {
    const asked: string[] = [];
    let headers: Record<string, string> = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '76;w=21600',
    };
    const hub = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(200, headers).end();
    });
    await new Promise<void>((ready) => hub.listen(0, '127.0.0.1', ready));
    const { port } = hub.address() as AddressInfo;
    const reroute: typeof fetch = (url, init) => {
      const { host, pathname } = new URL(url instanceof Request ? url.url : url);
      expect(host).toBe('registry-1.docker.io');
      return fetch(`http://127.0.0.1:${port}${pathname}`, init);
    };
    const dockerHub = inspect('docker.io', { fetch: reroute });
    expect(await dockerHub.rateLimit()).toEqual({ limit: 100, remaining: 76, windowSeconds: 21_600 });
    headers = {};
    expect(await dockerHub.rateLimit()).toBeNull();
    expect(await inspect(open.host).rateLimit()).toBeNull();
    expect(asked).toEqual(Array(2).fill('HEAD /v2/ratelimitpreview/test/manifests/latest'));
    hub.close();
  });
});
