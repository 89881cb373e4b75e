import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { serveLocally } from '../http/local-server.ts';
import { answerRequest, keyOf } from './answer-request.ts';
import { DeployQueue } from './deploy-queue.ts';
import { type KeyOptions, Keys } from './keys.ts';
import { type Behaviour, type DeployConfig, type DeployOutcome, playBehaviour } from './play-behaviour.ts';
import { whoAnswers } from './who-answers.ts';
import {
  addService,
  type DeploymentRow,
  type Engine,
  type FakeService,
  type NewService,
  type RunningState,
  World,
} from './world.ts';

/** Without an option: deploys by the behaviours, real time, no engine. */
export interface FakeDokployOptions {
  /**
   * Runs a job's configuration for real, or scripts it: what it returns replaces the behaviour's outcome. A promise
   * under the test's control is a slow deploy; one that rejects is a failed deploy. Undefined falls back to the
   * service's behaviour.
   */
  readonly onDeploy?: (
    config: DeployConfig,
    before: RunningState,
  ) => Promise<Partial<DeployOutcome> | undefined> | Partial<DeployOutcome> | undefined;
  /** The server's clock, milliseconds since 1970; also of the keys' rate limits. */
  readonly now?: () => number;
  /** A real engine for containers and their logs; see `composeEngine`. */
  readonly engine?: Engine;
}

interface SeenCall {
  readonly method: string;
  /** Without the query; a webhook's token is part of it. */
  readonly path: string;
  /** Of the answer. */
  readonly status: number;
  readonly key: string | undefined;
}

/** A running fake, and what a test may do to it. */
export interface FakeDokploy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** An owner's key without a limit. */
  readonly ownerKey: string;
  /** Oldest first. */
  readonly seen: readonly SeenCall[];
  readonly queue: DeployQueue;
  /** Everything stored: to arrange and to assert. */
  readonly world: World;
  /** Makes a key and returns it. */
  addKey(options?: KeyOptions): string;
  /** A service in a project of its own, unless an environment is named. */
  addService(service: Omit<NewService, 'environmentId'> & { environmentId?: string }): FakeService;
  /** The outcome of this service's deploys from now on; `healthy` before. */
  behave(serviceId: string, behaviour: Behaviour): void;
  /** From now on the registry accepts this password alone: the log-in that Dokploy keeps for it is stale. */
  rotateToken(host: string, password: string): void;
  /** From now on an application's rollouts let the old version answer every other time, so many times. */
  mixRollouts(answers: number): void;
  /** Who answers on the service's address now; one who asks is one of those answers. */
  answering(service: FakeService): RunningState;
  /** App names of those that answer to a name inside the service's containers. */
  whoAnswers(from: FakeService, name: string): string[];
  /** Newest first. */
  rows(serviceId: string): readonly DeploymentRow[];
  webhookUrl(service: FakeService): string;
  /** Down: connections are refused. The queue is lost at once. */
  goDown(): Promise<void>;
  /** Up again, on the same port. */
  comeUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Dokploy v0.30.2 as far as a deploy tool uses it, over real HTTP on 127.0.0.1; its answers are the recorded ones. */
export async function startFakeDokploy(options: FakeDokployOptions = {}): Promise<FakeDokploy> {
  const { now = Date.now, engine, onDeploy } = options;
  const world = new World(now, engine);
  const keys = new Keys(now);
  const behaviours = new Map<string, Behaviour>();
  const mixes = new Map<string, { old: RunningState; left: number }>();
  const onHost = new Set<string>();
  let mixedAnswers = 0;
  const seen: SeenCall[] = [];
  const queue = new DeployQueue(world, async (config, service) => {
    const before = { ...service.running };
    // Without `--pull always` what ran here before is not pulled again.
    const takesLocal = config.kind === 'compose' && !config.command.includes('--pull always');
    const canHave = (image: string) => (takesLocal && onHost.has(image)) || world.mayPull(image);
    const outcome = playBehaviour(behaviours.get(config.id) ?? 'healthy', config, before, canHave);
    for (const image of Object.values(outcome.running.images)) onHost.add(image);
    try {
      const played = { ...outcome, ...(await onDeploy?.(config, before)) };
      const changed = JSON.stringify(played.running.images) !== JSON.stringify(before.images);
      if (config.kind === 'application' && before.health === 'healthy' && changed && mixedAnswers > 0)
        mixes.set(config.id, { old: before, left: mixedAnswers });
      return played;
    } catch (error) {
      return { status: 'error', log: `${String(error)}\n`, running: before };
    }
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request).catch(() => undefined);
    // A request that was cut off is not acted on.
    if (body === undefined) return;
    const { method = 'GET', headers } = request;
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const query = Object.fromEntries(searchParams);
    const reply = await answerRequest({ method, path, query, headers, body }, { keys, world, queue });
    seen.push({ method, path, status: reply.status, key: keyOf(headers) });
    response.writeHead(reply.status, reply.headers).end(method === 'HEAD' ? undefined : reply.body);
  };
  const listen = (port?: number) => serveLocally((request, response) => void handle(request, response), port);
  let server = await listen();
  const url = `http://127.0.0.1:${server.port}`;

  return {
    url,
    ownerKey: keys.add(),
    seen,
    queue,
    world,
    addKey: (given) => keys.add(given),
    addService: (given) => addService(world, { environmentId: 'no-environment', ...given }),
    behave: (id, behaviour) => void behaviours.set(id, behaviour),
    rotateToken: (host, password) => void world.tokens.set(host, password),
    mixRollouts: (answers) => void (mixedAnswers = answers),
    answering: ({ id, running }) => {
      const mix = mixes.get(id);
      if (mix === undefined || mix.left <= 0) return running;
      mix.left -= 1;
      return mix.left % 2 === 0 ? running : mix.old;
    },
    whoAnswers: (from, name) => whoAnswers(world, from, name),
    rows: (id) => world.rowsOf(id),
    webhookUrl: ({ kind, row }) =>
      `${url}/api/deploy/${kind === 'application' ? '' : 'compose/'}${row.refreshToken}`,
    goDown: () => {
      queue.loseEverything();
      return server.stop();
    },
    comeUp: async () => {
      server = await listen(server.port);
    },
    stop: () => server.stop(),
  };
}
