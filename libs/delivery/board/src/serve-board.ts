import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import type { BoardPorts } from './board-ports.ts';
import { createBoard } from './create-board.ts';
import { policyOf, renderPage, script } from './render/page.ts';

/** Loopback only: the board has no sign-in. */
const HOST = '127.0.0.1';

/** A board that is served. */
export interface ServedBoard {
  /** `http://127.0.0.1:4400`. */
  readonly url: string;
  stop(): Promise<void>;
}

interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** How often whoever looks hears of news; milliseconds. */
  readonly refreshMs?: number;
}

/**
 * Serves the board on this machine's loopback.
 * @throws EADDRINUSE of Node, where somebody else has the port
 */
export async function serveBoard(
  ports: BoardPorts,
  { port, refreshMs = 10_000 }: ServeOptions,
): Promise<ServedBoard> {
  const board = createBoard(ports);
  const surroundings = { isServed: true, services: ports.services };
  const streams = new Set<() => void>();
  const app = new Hono();
  app.use(
    secureHeaders({
      referrerPolicy: 'no-referrer',
      strictTransportSecurity: false,
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (c, next) => {
    const refusal = refusalOf(c.req.raw, address().port);
    if (refusal !== null) return c.text(refusal, 403);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD')
      return c.text('The board is only looked at.', 405, { allow: 'GET, HEAD' });
    c.header('cache-control', 'no-store');
    c.header('content-security-policy', policyOf(true));
    await next();
  });
  app.get('/board.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      const ended = new Promise<void>((end) => {
        streams.add(end);
        stream.onAbort(() => {
          streams.delete(end);
          end();
        });
      });
      while (!stream.aborted && !stream.closed) {
        const { at, mark } = await board.mark();
        await stream.writeSSE({ event: 'look', data: JSON.stringify({ at, mark }) });
        if ((await Promise.race([ended.then(() => 'ended'), stream.sleep(refreshMs)])) === 'ended') return;
      }
    }),
  );
  app.get('/:path?', async (c) => {
    const environment = c.req.query('environment');
    const path =
      environment === undefined ? (c.req.param('path') ?? 'index.html') : `environment-${environment}.html`;
    const page = await board.page({ path, search: c.req.query('component') ?? '' });
    if (page === null) return c.text('The board has no such page.', 404);
    return c.html(await renderPage(page, surroundings));
  });
  app.onError((error, c) => {
    process.stderr.write(`  the board failed: ${error.message}\n`);
    return c.text('The board failed; its terminal says how.', 500);
  });
  const server = createAdaptorServer({ fetch: app.fetch, hostname: HOST });
  server.listen(port, HOST);
  await once(server, 'listening');
  function address() {
    const found = server.address();
    return typeof found === 'object' && found !== null ? found : { port };
  }
  return {
    url: `http://${HOST}:${address().port}`,
    stop: async () => {
      for (const end of streams) end();
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** Another site must not read the board through the reader's browser: neither by a name of its own for this address, nor across. */
function refusalOf({ headers }: Request, port: number): string | null {
  const own = [`${HOST}:${port}`, `localhost:${port}`];
  if (!own.includes(headers.get('host') ?? '')) return `The board answers as ${own.join(' and ')}.`;
  const origin = headers.get('origin');
  const isForeign = origin !== null && !own.some((host) => origin === `http://${host}`);
  // A link on another page may lead here; nothing else of it may.
  const isAcross =
    headers.get('sec-fetch-site') === 'cross-site' && headers.get('sec-fetch-mode') !== 'navigate';
  return isForeign || isAcross ? 'Another site asks.' : null;
}
