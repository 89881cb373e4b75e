import type { DeployQueue } from './deploy-queue.ts';
import type { FakeService, World } from './world.ts';

export interface WebhookCall {
  /** `/api/deploy/compose/` or `/api/deploy/`. */
  readonly kind: 'compose' | 'application';
  readonly token: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

interface WebhookAnswer {
  readonly status: number;
  readonly message: string;
}

/** The decision table of contract § 4.1, in its order. Method, signature and event are never looked at. */
export function answerWebhook(call: WebhookCall, world: World, queue: DeployQueue): WebhookAnswer {
  const { kind, token, headers } = call;
  const body = record(call.body);
  if (headers['x-github-event'] === 'ping') return answer(200, 'Ping received, webhook is active');
  const Kind = kind === 'compose' ? 'Compose' : 'Application';
  const service = [...world.services.values()].find(
    (one) => one.row.refreshToken === token && (one.kind === 'application') === (kind === 'application'),
  );
  if (service === undefined) return answer(404, `${Kind} Not Found`);
  if (!service.row.autoDeploy) {
    return answer(400, `Automatic deployments are disabled for this ${kind}`);
  }
  if (service.kind === 'application' && service.row.sourceType === 'docker') {
    const mismatch = imageMismatch(service, headers, body);
    if (mismatch !== null) return answer(301, mismatch);
  } else if (service.row.sourceType !== 'raw' && !namesBranch(headers)) {
    return answer(301, 'Branch Not Match');
  }
  if (headers['x-event-key'] === 'repo:push' && record(body['push'])['changes'] === undefined) {
    return answer(400, `Error deploying ${Kind}`);
  }
  const { title, hash } = describePush(headers, body);
  const description = kind === 'compose' || hash !== '' ? `Hash: ${hash}` : '';
  queue.add(service, 'deploy', title, description);
  return answer(200, `${Kind} deployed successfully`);
}

function answer(status: number, message: string): WebhookAnswer {
  return { status, message };
}

type Headers = WebhookCall['headers'];
type Body = Record<string, unknown>;

function namesBranch(headers: Headers): boolean {
  return ['x-github-event', 'x-gitea-event', 'x-gitlab-event', 'x-softserve-event', 'x-event-key'].some(
    (name) => headers[name] !== undefined,
  );
}

/** Split at the last colon, so a digest or no tag never matches, and a tag of 1 to 5 digits is taken for a port. */
function imageMismatch(service: FakeService, headers: Headers, body: Body): string | null {
  const image = service.row['dockerImage'];
  if (typeof image !== 'string' || image === '') return 'Application Docker Image Name Not Found';
  const wanted = wantedImage(headers, body);
  if (wanted === null) return null;
  const { name, tag } = splitImage(image);
  if (wanted.name !== name) {
    return `Application Image Name (${name}) doesn't match request event payload Image Name (${wanted.name}).`;
  }
  if (wanted.tag !== tag) {
    return `Application Image Tag (${tag}) doesn't match request event payload Image Tag (${wanted.tag}).`;
  }
  return null;
}

function splitImage(image: string): { name: string; tag: string } {
  const colon = image.lastIndexOf(':');
  const tag = image.slice(colon + 1);
  return colon < 0 || /^\d{1,5}$/.test(tag)
    ? { name: image, tag: 'latest' }
    : { name: image.slice(0, colon), tag };
}

function wantedImage(headers: Headers, body: Body): { name: string; tag: string } | null {
  if (String(headers['user-agent'] ?? '').includes('Go-http-client') && 'repository' in body) {
    const name = record(body['repository'])['repo_name'];
    return { name: text(name, 'undefined'), tag: text(record(body['push_data'])['tag'], 'undefined') };
  }
  if (headers['x-github-event'] !== 'registry_package') return null;
  const url = text(record(record(body['registry_package'])['package_version'])['package_url']);
  return splitImage(url);
}

function describePush(headers: Headers, body: Body): { title: string; hash: string } {
  const head = record(body['head_commit']);
  const commit = record(Array.isArray(body['commits']) ? body['commits'][0] : undefined);
  if (headers['x-github-event'] !== undefined) {
    const version = record(record(body['registry_package'])['package_version']);
    if (headers['x-github-event'] === 'registry_package' && version['package_url'] !== undefined) {
      return { title: `Docker GHCR image pushed: ${text(version['package_url'])}`, hash: '' };
    }
    return { title: text(head['message'], 'NEW COMMIT'), hash: text(head['id']) };
  }
  if (headers['x-gitlab-event'] !== undefined) {
    const hash = text(body['checkout_sha'], text(commit['id'], 'NEW COMMIT'));
    return { title: text(commit['message'], 'NEW COMMIT'), hash };
  }
  if (headers['x-gitea-event'] !== undefined || headers['x-softserve-event'] !== undefined) {
    return { title: text(commit['message'], 'NEW COMMIT'), hash: text(body['after'], 'NEW COMMIT') };
  }
  const push = record(body['push_data']);
  if (String(headers['user-agent'] ?? '').includes('Go-http-client') && 'push_data' in body) {
    const name = text(record(body['repository'])['repo_name']);
    return {
      title: `DockerHub image pushed: ${name}:${text(push['tag'])} by ${text(push['pusher'])}`,
      hash: '',
    };
  }
  return { title: 'NEW CHANGES', hash: '' };
}

function record(value: unknown): Body {
  return typeof value === 'object' && value !== null ? (value as Body) : {};
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}
