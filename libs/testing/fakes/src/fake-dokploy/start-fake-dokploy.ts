import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerApi } from './answer-api.ts';
import { answerWebhook } from './answer-webhook.ts';
import { DeployQueue } from './deploy-queue.ts';
import { Keys } from './keys.ts';
import type { KeyOptions } from './keys.ts';
import { playBehaviour } from './play-behaviour.ts';
import type { Behaviour, DeployConfig, DeployOutcome } from './play-behaviour.ts';
import { Refusal } from './refusal.ts';
import { addService, createWorld, newId } from './world.ts';
import type { DeploymentRow, Engine, FakeService, NewService, RunningState, World } from './world.ts';

export interface FakeDokployOptions {
  /**
   * Runs a job's configuration for real, or scripts it: what it returns is Dokploy's verdict. A promise under the
   * test's control is a slow deploy. Undefined falls back to the service's behaviour.
   */
  readonly onDeploy?: (
    config: DeployConfig,
    before: RunningState,
  ) => Promise<Partial<DeployOutcome> | undefined> | Partial<DeployOutcome> | undefined;
  /** The server's clock; also of the keys' rate limits. */
  readonly now?: () => number;
  readonly port?: number;
  /** A real engine, asked for containers and their logs; see `composeEngine`. */
  readonly engine?: Engine;
}

export interface SeenCall {
  readonly method: string;
  /** Without query; a webhook's token is part of it. */
  readonly path: string;
  readonly status: number;
  readonly key: string | undefined;
  readonly body: unknown;
}

export interface FakeDokploy {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** An owner's key without a limit. */
  readonly ownerKey: string;
  readonly seen: readonly SeenCall[];
  readonly queue: DeployQueue;
  /** Everything stored, for arranging and for asserting. */
  readonly world: World;
  addKey(options?: KeyOptions): string;
  /** The key is taken away: from now on the plain 401. */
  dropKey(key: string): void;
  /** A service in a project of its own, unless an environment is named. */
  addService(service: Omit<NewService, 'environmentId'> & { environmentId?: string }): FakeService;
  /** What the next deploys of this service come to. */
  behave(serviceId: string, behaviour: Behaviour): void;
  /** Newest first. */
  rows(serviceId: string): readonly DeploymentRow[];
  webhookUrl(service: FakeService): string;
  /** Down: connections are refused. The queue is lost at once. */
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Dokploy v0.30.2 as far as a deploy tool meets it, over real HTTP; answers as the recorded contract says. */
export async function startFakeDokploy(options: FakeDokployOptions = {}): Promise<FakeDokploy> {
  const now = options.now ?? Date.now;
  const world = createWorld(now, options.engine);
  const keys = new Keys(now);
  const behaviours = new Map<string, Behaviour>();
  const seen: SeenCall[] = [];
  const queue = new DeployQueue(world, async (config, service) => {
    const before = { ...service.running };
    const scripted = playBehaviour(behaviours.get(config.id) ?? 'healthy', config, before);
    try {
      return { ...scripted, ...(await options.onDeploy?.(config, before)) };
    } catch (error) {
      return { status: 'error', log: `${String(error)}\n`, running: before };
    }
  });
  const ownerKey = addKey();
  let port = options.port ?? 0;
  let server = await listen();
  const url = `http://127.0.0.1:${port}`;

  function addKey(keyOptions: KeyOptions = {}): string {
    const key = `fake${newId()}${newId()}`;
    keys.add(key, keyOptions);
    return key;
  }

  async function listen() {
    const next = createServer((request, response) => void handle(request, response));
    await new Promise<void>((ready) => next.listen(port, '127.0.0.1', ready));
    port = (next.address() as AddressInfo).port;
    return next;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    // Half a request is none.
    if (text === null) return;
    const target = new URL(request.url ?? '/', 'http://fake');
    const key = request.headers['x-api-key'];
    const reply = await answer(request, target, text);
    const { method = 'GET' } = request;
    seen.push({
      method,
      path: target.pathname,
      status: reply.status,
      key: typeof key === 'string' ? key : undefined,
      body: parseOr(text),
    });
    response.writeHead(reply.status, reply.headers).end(method === 'HEAD' ? undefined : reply.text);
  }

  async function answer(request: IncomingMessage, target: URL, text: string): Promise<Reply> {
    const { pathname } = target;
    if (pathname.length > 1 && pathname.endsWith('/')) {
      const location = pathname.slice(0, -1);
      return { status: 308, headers: { location, refresh: `0;url=${location}` }, text: location };
    }
    if (pathname === '/api/health') return json(200, { ok: true });
    if (pathname === '/api/trpc/settings.health') {
      return json(200, { result: { data: { json: { status: 'ok' } } } });
    }
    const webhook = /^\/api\/deploy\/(?:(compose)\/)?([^/]+)$/.exec(pathname);
    if (webhook !== null) {
      if (text.length > 1_048_576) return plain(413, 'Body exceeded 1mb limit');
      const body = parseOr(text);
      if (body === undefined && (request.headers['content-type'] ?? '').includes('json') && text !== '') {
        return plain(400, 'Invalid JSON');
      }
      const kind = webhook[1] === 'compose' ? 'compose' : 'application';
      const { status, message } = answerWebhook(
        { kind, token: webhook[2] ?? '', headers: request.headers, body },
        world,
        queue,
      );
      return json(status, { message });
    }
    try {
      const key = request.headers['x-api-key'];
      const result = await answerApi(
        {
          method: request.method ?? 'GET',
          path: pathname.replace(/^\/api\//, ''),
          query: Object.fromEntries(target.searchParams),
          key: typeof key === 'string' ? key : undefined,
          contentType: request.headers['content-type'],
          text,
        },
        keys,
        world,
        queue,
      );
      return result === undefined
        ? { status: 200, headers: { 'content-type': 'application/json' }, text: '' }
        : json(200, result);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return typeof error.body === 'string'
        ? plain(error.status, error.body)
        : json(error.status, error.body);
    }
  }

  return {
    url,
    ownerKey,
    seen,
    queue,
    world,
    addKey,
    dropKey: (key) => keys.remove(key),
    addService: (given) => addService(world, { environmentId: 'no-environment', ...given }),
    behave: (id, behaviour) => void behaviours.set(id, behaviour),
    rows: (id) => world.rows.filter((row) => row.serviceId === id),
    webhookUrl: ({ kind, row }) =>
      `${url}/api/deploy/${kind === 'application' ? '' : 'compose/'}${row.refreshToken}`,
    goDown: async () => {
      queue.loseEverything();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    comeUp: async () => {
      server = await listen();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

function json(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(value) };
}

function plain(status: number, text: string): Reply {
  return { status, headers: {}, text };
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null when the line broke before its end. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
