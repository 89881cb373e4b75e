import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isTransient } from '@ehr/delivery-http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorize } from './authorize.ts';

/** A token service as registries name one; it records its requests and gives the answer that a test sets. */
const requests: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer: { status: number; body: unknown; headers?: Record<string, string> };
const server = createServer((request, response) => {
  const { method = '', url = '', headers } = request;
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    requests.push({ method, url, headers, body });
    response
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(JSON.stringify(answer.body));
  });
});
let realm: string;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
});
beforeEach(() => {
  requests.length = 0;
  answer = { status: 200, body: { token: 'abc' } };
});
afterAll(() => server.close());

const credentials = { username: 'clinic', password: 'canary-secret' };
const basic = `Basic ${Buffer.from('clinic:canary-secret').toString('base64')}`;
const bearer = (where = realm) =>
  `Bearer realm="${where}",service="registry.docker.io",scope="repository:a/b:pull,push"`;

describe('authorize', () => {
  it('answers a Basic challenge with the credentials', async () => {
    expect(await authorize('Basic realm="x"', credentials, fetch)).toBe(basic);
  });

  it('fetches a token for the service and scope of a Bearer challenge', async () => {
    expect(await authorize(bearer(), credentials, fetch)).toBe('Bearer abc');
    const url = new URL(requests[0]?.url ?? '', realm);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      service: 'registry.docker.io',
      scope: 'repository:a/b:pull,push',
    });
    expect(requests[0]?.headers.authorization).toBe(basic);
  });

  it('trades an identity token for a token, in the body and not in the address', async () => {
    expect(await authorize(bearer(), { identityToken: 'canary-identity' }, fetch)).toBe('Bearer abc');
    const [request] = requests;
    expect([request?.method, request?.url, request?.headers.authorization]).toEqual([
      'POST',
      '/token',
      undefined,
    ]);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'canary-identity',
      service: 'registry.docker.io',
      scope: 'repository:a/b:pull,push',
      client_id: 'ehr-delivery',
    });
  });

  it.each([credentials, { identityToken: 'canary-identity' }])(
    'follows no redirect of a token service',
    async (given) => {
      answer = { status: 307, body: {}, headers: { location: `${realm}/elsewhere` } };
      await expect(authorize(bearer(), given, fetch)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
      });
      expect(requests).toHaveLength(1);
    },
  );

  it('calls a source of credentials only when it can send what it gets', async () => {
    let times = 0;
    const source = async () => {
      times += 1;
      return credentials;
    };
    await authorize('Bearer realm="http://evil.example/token"', source, fetch).catch(() => undefined);
    expect(times).toBe(0);
    expect(await authorize('Basic realm="x"', source, fetch)).toBe(basic);
  });

  it('gets an anonymous token without credentials, and reads `access_token` too', async () => {
    answer.body = { access_token: 'def' };
    expect(await authorize(bearer(), undefined, fetch)).toBe('Bearer def');
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['Basic realm="x"', undefined],
    ['Basic realm="x"', { identityToken: 'canary' }],
    ['Negotiate', credentials],
    ['Bearer realm="http://evil.example/token"', credentials],
    ['Bearer realm="not a url"', credentials],
  ])('refuses the challenge %s without sending the credentials anywhere', async (challenge, given) => {
    await expect(authorize(challenge, given, fetch)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(requests).toEqual([]);
  });

  it('reports that the token service refused, without the credentials in the message', async () => {
    answer = { status: 401, body: { details: 'incorrect username or password' } };
    const error: unknown = await authorize(bearer(), credentials, fetch).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('(401)') as string,
    });
    expect(String(error)).not.toContain('canary');
  });

  it.each([429, 503])('treats a %d of the token service as transient', async (status) => {
    answer = { status, body: {} };
    const error: unknown = await authorize(bearer(), credentials, fetch).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'HttpError', status });
    expect(isTransient(error)).toBe(true);
  });
});
