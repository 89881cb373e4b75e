import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpProber } from './http-prober.ts';

/** A real server for one test. */
async function serve(answer: RequestListener, host = '127.0.0.1') {
  const server = createServer(answer);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await new Promise<void>((ready, failed) => server.on('error', failed).listen(0, host, ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/health`, connections: () => connections };
}
const prober = createHttpProber();

describe('createHttpProber', () => {
  it('gives status and JSON of the answer, and asks each time over a connection of its own', async () => {
    const { url, connections } = await serve((_request, response) => {
      response.writeHead(503, { connection: 'keep-alive' }).end('{"status":"fail"}');
    });
    for (let count = 1; count <= 3; count += 1) {
      expect(await prober.probe(url)).toEqual({ kind: 'answer', status: 503, body: { status: 'fail' } });
      expect(connections()).toBe(count);
    }
  });

  it('gives no body of a page', async () => {
    const { url } = await serve((_request, response) => void response.end('<html>'));
    expect(await prober.probe(url)).toEqual({ kind: 'answer', status: 200, body: null });
  });

  it('sends user and password of the address, and shows them nowhere', async () => {
    const { port } = await serve((request, response) => {
      response.end(JSON.stringify(request.headers.authorization));
    });
    const body = `Basic ${Buffer.from('ada:S3cret@1').toString('base64')}`;
    const url = `http://ada:S3cret%401@127.0.0.1:${port}/health`;
    expect(await prober.probe(url)).toEqual({ kind: 'answer', status: 200, body });
    for (const dead of ['http://ada:S3cret@127.0.0.1:1/', 'http://ada:S3cret%@x', 'http://ada:S3cret@:x']) {
      expect(JSON.stringify(await prober.probe(dead))).not.toContain('S3cret');
    }
  });

  it('signs in to the origin that it was told a sign-in for, and nowhere else', async () => {
    const answer: RequestListener = (request, response) =>
      void response.end(JSON.stringify(request.headers.authorization ?? 'none'));
    const { port, url } = await serve(answer);
    const other = await serve(answer);
    const signedIn = createHttpProber(`http://ada:S3cret%401@127.0.0.1:${port}/ehr`);
    const body = `Basic ${Buffer.from('ada:S3cret@1').toString('base64')}`;
    expect(await signedIn.probe(url)).toMatchObject({ body });
    expect(await signedIn.probe(other.url)).toMatchObject({ body: 'none' });
  });

  it('says where a redirect leads, without its query or user', async () => {
    const location = 'https://ada:pw@sso.example.org/login?token=S3cret';
    const { url } = await serve((_request, response) => void response.writeHead(302, { location }).end());
    expect(await prober.probe(url)).toEqual({
      kind: 'silence',
      message: 'it answers 302 and leads to https://sso.example.org/login, and redirects are not followed',
    });
  });

  it('reads no answer without end', async () => {
    let sent = 0;
    const { url } = await serve((_request, response) => {
      const write = (): void => {
        sent += 1;
        if (!response.destroyed) response.write(Buffer.alloc(16 * 1024), () => setImmediate(write));
      };
      write();
    });
    expect(await prober.probe(url)).toEqual({ kind: 'silence', message: 'answer too large' });
    expect(sent).toBeLessThan(1_000);
  });

  it('waits three seconds for one that does not answer', async () => {
    const { url } = await serve(() => undefined);
    expect(await prober.probe(url)).toEqual({ kind: 'silence', message: 'no answer within 3 s' });
  });

  it('asks an address of IPv6', async (context) => {
    const served = await serve((_request, response) => void response.end('1'), '::1').catch(() => null);
    if (served === null) return context.skip();
    expect(await prober.probe(`http://[::1]:${served.port}/health`)).toMatchObject({
      kind: 'answer',
      body: 1,
    });
  });

  it('tells that nobody listens', async () => {
    expect(await prober.probe('http://127.0.0.1:1/health')).toMatchObject({
      kind: 'silence',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
