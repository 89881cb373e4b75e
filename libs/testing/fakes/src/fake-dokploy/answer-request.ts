import type { IncomingHttpHeaders } from 'node:http';
import type { DeployQueue } from './deploy-queue.ts';
import { deploymentProcedures } from './deployment-procedures.ts';
import type { Keys } from './keys.ts';
import { placeProcedures } from './place-procedures.ts';
import type { Procedure } from './procedure.ts';
import { Refusal, refused } from './refusal.ts';
import { serverProcedures } from './server-procedures.ts';
import { serviceProcedures } from './service-procedures.ts';
import type { World } from './world.ts';

const procedures = new Map<string, Procedure>(
  Object.entries({ ...placeProcedures, ...serviceProcedures, ...deploymentProcedures, ...serverProcedures }),
);

interface DokployRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** `''` where there is none. */
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Server {
  readonly keys: Keys;
  readonly world: World;
  readonly queue: DeployQueue;
}

/** Does what the request is for, and returns what a real Dokploy v0.30.2 answers. */
export async function answerRequest(request: DokployRequest, server: Server): Promise<Reply> {
  const { path } = request;
  if (path.length > 1 && path.endsWith('/')) {
    const location = path.slice(0, -1);
    return { status: 308, headers: { location, refresh: `0;url=${location}` }, body: location };
  }
  if (path === '/api/health') return json(200, { ok: true });
  if (path === '/api/trpc/settings.health')
    return json(200, { result: { data: { json: { status: 'ok' } } } });
  try {
    const [, compose, token] = /^\/api\/deploy\/(compose\/)?([^/]+)$/.exec(path) ?? [];
    if (token === undefined) return json(200, await callProcedure(request, server));
    const { headers } = request;
    const body = parseBody(request, (headers['content-type'] ?? '').includes('json'));
    const kind = compose === undefined ? 'application' : 'compose';
    const [status, message] = answerWebhook({ kind, token, headers, body }, server.world, server.queue);
    return json(status, { message });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, body } = error;
    return typeof body === 'string' ? { status, headers: {}, body } : json(status, body);
  }
}

/** The value of the `x-api-key` header. */
export function keyOf({ 'x-api-key': key }: IncomingHttpHeaders): string | undefined {
  return typeof key === 'string' ? key : undefined;
}

async function callProcedure(request: DokployRequest, { keys, world, queue }: Server): Promise<unknown> {
  const { method, headers, query } = request;
  const path = request.path.replace(/^\/api\//, '');
  const caller = keys.verify(keyOf(headers), path);
  const input = method === 'GET' ? query : parseBody(request, /^[{[]/.test(request.body));
  const procedure = procedures.get(path);
  // The wrong method is not a 405.
  if (procedure?.method !== method) throw refused(404, 'Not found');
  const type = headers['content-type'];
  if (method === 'POST' && type?.startsWith('application/json') !== true) {
    const message = type === undefined ? 'Missing content-type header' : `Unsupported content-type "${type}`;
    throw refused(415, message, path);
  }
  return procedure.call(input, { world, queue, caller, path });
}

/** Comes before every other check of the input, and is refused in plain text. A body that may be no JSON is `{}` then. */
function parseBody({ body }: DokployRequest, mustBeJson: boolean): unknown {
  if (body.length > 1_048_576) throw new Refusal(413, 'Body exceeded 1mb limit');
  try {
    return JSON.parse(body);
  } catch {
    if (mustBeJson && body !== '') throw new Refusal(400, 'Invalid JSON');
    return {};
  }
}

/** Undefined is the answer of zero bytes. */
function json(status: number, value: unknown): Reply {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: value === undefined ? '' : JSON.stringify(value) };
}

interface WebhookCall {
  /** `/api/deploy/compose/` or `/api/deploy/`. */
  readonly kind: 'compose' | 'application';
  readonly token: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/**
 * By the decision table of contract § 4.1, in its order, as far as calls without an event and GitHub's are concerned.
 * Dokploy checks neither method nor signature nor event.
 */
function answerWebhook(
  call: WebhookCall,
  world: World,
  queue: DeployQueue,
): [status: number, message: string] {
  const { kind, token, headers } = call;
  const body = record(call.body);
  if (headers['x-github-event'] === 'ping') return [200, 'Ping received, webhook is active'];
  const Kind = kind === 'compose' ? 'Compose' : 'Application';
  const service = [...world.services.values()].find(
    (one) => one.row.refreshToken === token && (one.kind === 'application') === (kind === 'application'),
  );
  if (service === undefined) return [404, `${Kind} Not Found`];
  const { autoDeploy, sourceType } = service.row;
  if (!autoDeploy) return [400, `Automatic deployments are disabled for this ${kind}`];
  const event = headers['x-github-event'];
  if (kind === 'application' && sourceType === 'docker') {
    if ((service.row['dockerImage'] ?? '') === '') return [301, 'Application Docker Image Name Not Found'];
  } else if (sourceType !== 'raw' && event === undefined) return [301, 'Branch Not Match'];
  const head = record(body['head_commit']);
  const title = event === undefined ? 'NEW CHANGES' : text(head['message'], 'NEW COMMIT');
  const hash = event === undefined ? '' : text(head['id']);
  queue.add(service, 'deploy', title, kind === 'compose' || hash !== '' ? `Hash: ${hash}` : '');
  return [200, `${Kind} deployed successfully`];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}
