import type { IncomingHttpHeaders } from 'node:http';
import type { DeployQueue } from './deploy-queue.ts';
import type { World } from './world.ts';

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
export function answerWebhook(
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
