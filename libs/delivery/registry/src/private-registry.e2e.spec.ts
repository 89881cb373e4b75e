import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFaultProxy } from '@ehr/testing-fakes';
import { startRegistry } from '@ehr/testing-sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRegistry, inspectRegistry } from './index.ts';
import { newImage } from './test/new-image.ts';

/** Real Distribution registries, one that wants a sign-in and one that does not. */
const auth = { username: 'clinic', password: 'canary-secret-7f3a' };
let closed: Awaited<ReturnType<typeof startRegistry>>;
let open: Awaited<ReturnType<typeof startRegistry>>;

beforeAll(async () => {
  [closed, open] = await Promise.all([startRegistry({ auth }), startRegistry()]);
});
afterAll(async () => {
  await Promise.all([closed.stop(), open.stop()]);
});

const ignore = () => undefined;

describe('a private registry', () => {
  it('is signed in to with the credentials, asked for once and only because of a 401; refuses without, showing no secret', async () => {
    const { repository, layout } = await newImage();
    const credentials = vi.fn(async () => auth);
    await createRegistry({ registry: open.host, repository, credentials }).push(layout, ignore);
    expect(credentials).not.toHaveBeenCalled();
    const mine = createRegistry({ registry: closed.host, repository, credentials });
    await mine.push(layout, ignore);
    expect(credentials).toHaveBeenCalledOnce();
    expect(await mine.resolve(layout.digest)).toBe(layout.digest);
    await expect(createRegistry({ registry: closed.host, repository }).resolve('v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    });
    const wrong = createRegistry({
      registry: closed.host,
      repository,
      credentials: { ...auth, password: 'canary-wrong' },
    });
    const error: unknown = await wrong.resolve('v1').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
  });
});

const inspect = (registry: string, more: Partial<Parameters<typeof inspectRegistry>[0]> = {}) =>
  inspectRegistry({ registry, repository: 'clinic/ehr-api', retries: 0, ...more });

describe('inspectRegistry', () => {
  it('cancels the upload it began', async () => {
    const proxy = await startFaultProxy(open.host);
    await inspect(proxy.host).write();
    expect(proxy.seen.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    const { repositories } = (await (await fetch(`${open.url}/v2/_catalog`)).json()) as Record<
      string,
      unknown
    >;
    expect(repositories).not.toContain('clinic/ehr-api');
    await proxy.stop();
  });

  it('reads the limit of Docker Hub alone', async () => {
    const requests: string[] = [];
    let headers: Record<string, string> = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '76;w=21600',
    };
    const hub = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
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
    expect(requests).toEqual(Array(2).fill('HEAD /v2/ratelimitpreview/test/manifests/latest'));
    hub.close();
  });
});
