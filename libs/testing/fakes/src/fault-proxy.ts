import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path without query: a query may hold an upload's token. */
  readonly path: string;
  /** 1 for the first request ever. */
  readonly number: number;
  readonly authorized: boolean;
}

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection is cut before the request reaches the server. */
  | { readonly kind: 'reset' }
  /** The server hears half of the body, then the connection is cut. */
  | { readonly kind: 'half-request' }
  /** The server acts, but its answer is lost; `then` is called when it has acted. */
  | { readonly kind: 'lost-answer'; readonly then?: () => void }
  /** The server acts, and the connection is cut in the middle of its answer's body. */
  | { readonly kind: 'half-answer' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

export interface FaultProxy {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  /** What to do to a request; undefined lets it pass. Replaces the rule before. */
  inject(rule: (request: SeenRequest) => Fault | undefined): void;
  stop(): Promise<void>;
}

/** A real HTTP proxy in front of a real server (`host:port`), with scriptable faults. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  let rule: (request: SeenRequest) => Fault | undefined = () => undefined;
  const server = createServer((request, response) => {
    const entry: SeenRequest = {
      method: request.method ?? 'GET',
      path: (request.url ?? '/').split('?')[0] ?? '/',
      number: seen.length + 1,
      authorized: request.headers.authorization !== undefined,
    };
    seen.push(entry);
    act(rule(entry), request, response, target);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    inject: (next) => {
      rule = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function act(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): void {
  switch (fault?.kind) {
    case undefined:
      return pass(request, response, target);
    case 'delay':
      setTimeout(() => pass(request, response, target), fault.milliseconds);
      return;
    case 'status':
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'lost-answer':
      return pass(request, response, target, { answer: () => fault.then?.() });
    case 'half-answer':
      return pass(request, response, target, { answer: (reply, body) => sendHalf(reply, body, response) });
    case 'half-request':
      // A request without a body has no half: it is cut before it arrives.
      if (Number(request.headers['content-length'] ?? 0) === 0) return void request.socket.destroy();
      return pass(request, response, target, { halfBody: true });
  }
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  how: { answer?: (reply: IncomingMessage, body: Buffer) => void; halfBody?: boolean } = {},
): void {
  const [hostname, port] = target.split(':');
  // The Host header stays the proxy's, so that the Locations the server writes lead through the proxy again.
  const upstream = forward(
    { hostname, port, method: request.method, path: request.url, headers: request.headers },
    (reply) => {
      const { answer } = how;
      if (answer !== undefined) {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => {
          answer(reply, Buffer.concat(chunks));
          // What was written of an answer leaves first.
          setImmediate(() => request.socket.destroy());
        });
        return;
      }
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    },
  );
  upstream.on('error', () => request.socket.destroy());
  if (how.halfBody !== true) {
    request.pipe(upstream);
    return;
  }
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= half) {
      upstream.end(chunk.subarray(0, Math.max(0, chunk.length - Math.ceil(received - half))), () =>
        upstream.destroy(),
      );
      request.socket.destroy();
    } else upstream.write(chunk);
  });
}

/** The length that was announced is the whole one, so that the client can tell. */
function sendHalf(reply: IncomingMessage, body: Buffer, response: ServerResponse): void {
  if (body.length === 0) return;
  const headers: OutgoingHttpHeaders = { ...reply.headers, 'content-length': body.length };
  delete headers['transfer-encoding'];
  response.writeHead(reply.statusCode ?? 502, headers);
  response.write(body.subarray(0, Math.floor(body.length / 2)));
}
