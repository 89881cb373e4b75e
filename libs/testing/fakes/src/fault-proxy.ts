import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as forward,
  type ServerResponse,
} from 'node:http';
import { serveLocally } from './http/local-server.ts';

/** A request that reached the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query: a query may hold an upload's token. */
  readonly path: string;
  /** 1 for the proxy's first request. */
  readonly number: number;
  /** The request has an Authorization header. */
  readonly authorized: boolean;
  /** It has If-None-Match: asks only whether something changed. */
  readonly conditional: boolean;
}

/** What the proxy does to a request instead of passing it on. */
export type Fault =
  /** The proxy answers; the server gets no request. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection is cut before the request reaches the server. */
  | { readonly kind: 'reset' }
  /** The server gets half of the body, then the connection is cut. */
  | { readonly kind: 'half-request' }
  /** The server acts, but its answer is lost; `then` is called when it has acted. */
  | { readonly kind: 'lost-answer'; readonly then?: () => void }
  /** The server acts, and the connection is cut in the middle of its answer's body. */
  | { readonly kind: 'half-answer' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

/** The fault for a request; undefined lets it pass. */
type Rule = (request: SeenRequest) => Fault | undefined;

/** A running proxy, and what a test may do to it. */
export interface FaultProxy {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Oldest first. */
  readonly seen: readonly SeenRequest[];
  /** Replaces the rule before; without one every request passes. */
  inject(rule: Rule): void;
  stop(): Promise<void>;
}

/** A real HTTP proxy in front of a real server (`host:port`), on a free port of 127.0.0.1, with faults by rule. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  let rule: Rule = () => undefined;
  const { port, stop } = await serveLocally((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const [path = ''] = url.split('?');
    const entry = {
      method,
      path,
      number: seen.length + 1,
      conditional: headers['if-none-match'] !== undefined,
      authorized: headers.authorization !== undefined,
    };
    seen.push(entry);
    act(rule(entry), request, response, target);
  });
  return { host: `127.0.0.1:${port}`, seen, inject: (next) => void (rule = next), stop };
}

function act(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): void {
  const connect = (onReply = (reply: IncomingMessage) => answer(reply, response)) =>
    forwardTo(target, request, onReply);
  const length = Number(request.headers['content-length'] ?? 0);
  switch (fault?.kind) {
    case undefined:
      request.pipe(connect());
      return;
    case 'delay':
      setTimeout(() => request.pipe(connect()), fault.milliseconds);
      return;
    case 'status':
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'half-request':
      // A request without a body has no half: it is cut before it arrives.
      if (length === 0) request.socket.destroy();
      else sendHalf(request, connect(), length / 2);
      return;
    case 'lost-answer':
      request.pipe(connect((reply) => cut(reply, request, () => fault.then?.())));
      return;
    case 'half-answer':
      request.pipe(connect((reply) => cut(reply, request, (body) => answerHalf(reply, body, response))));
  }
}

/** The request to the server, without its body, which the caller writes. */
function forwardTo(target: string, request: IncomingMessage, onReply: (reply: IncomingMessage) => void) {
  const [hostname, port] = target.split(':');
  const { method, url: path, headers } = request;
  // The Host header stays the proxy's, so that the Locations the server writes lead through the proxy again.
  const upstream = forward({ hostname, port, method, path, headers }, onReply);
  return upstream.on('error', () => request.socket.destroy());
}

function answer(reply: IncomingMessage, response: ServerResponse): void {
  response.writeHead(reply.statusCode ?? 502, reply.headers);
  reply.pipe(response);
}

/** Reads the whole answer, then cuts the connection to the client. */
function cut(reply: IncomingMessage, request: IncomingMessage, before: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  reply.on('data', (chunk: Buffer) => chunks.push(chunk));
  reply.on('end', () => {
    before(Buffer.concat(chunks));
    // What was written of an answer is sent first.
    setImmediate(() => request.socket.destroy());
  });
}

function sendHalf(request: IncomingMessage, upstream: ReturnType<typeof forward>, half: number): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received < half) return void upstream.write(chunk);
    const part = chunk.subarray(0, Math.max(0, chunk.length - Math.ceil(received - half)));
    upstream.end(part, () => upstream.destroy());
    request.socket.destroy();
  });
}

/** The length that was announced is the whole one, so that the client notices. */
function answerHalf(reply: IncomingMessage, body: Buffer, response: ServerResponse): void {
  if (body.length === 0) return;
  const headers: OutgoingHttpHeaders = { ...reply.headers, 'content-length': body.length };
  delete headers['transfer-encoding'];
  response.writeHead(reply.statusCode ?? 502, headers);
  response.write(body.subarray(0, Math.floor(body.length / 2)));
}
