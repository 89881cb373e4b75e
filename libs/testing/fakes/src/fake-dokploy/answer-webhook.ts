import type { IncomingHttpHeaders } from 'node:http';
import type { DeployQueue } from './deploy-queue.ts';
import type { FakeService, World } from './world.ts';

interface WebhookCall {
  /** `/api/deploy/compose/` or `/api/deploy/`. */
  readonly kind: 'compose' | 'application';
  readonly token: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** By the decision table of contract § 4.1, in its order. Dokploy checks neither method nor signature nor event. */
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
  if (kind === 'application' && sourceType === 'docker') {
    const mismatch = imageMismatch(service, headers, body);
    if (mismatch !== null) return [301, mismatch];
  } else if (sourceType !== 'raw' && !namesBranch(headers)) return [301, 'Branch Not Match'];
  if (headers['x-event-key'] === 'repo:push' && record(body['push'])['changes'] === undefined)
    return [400, `Error deploying ${Kind}`];
  const { title, hash = '' } = describePush(headers, body);
  queue.add(service, 'deploy', title, kind === 'compose' || hash !== '' ? `Hash: ${hash}` : '');
  return [200, `${Kind} deployed successfully`];
}

type Headers = WebhookCall['headers'];
type Body = Record<string, unknown>;

function namesBranch(headers: Headers): boolean {
  return ['x-github-event', 'x-gitea-event', 'x-gitlab-event', 'x-event-key'].some(
    (name) => headers[name] !== undefined,
  );
}

/** Split at the last colon, so a digest or no tag never matches, and a tag of 1 to 5 digits is taken for a port. */
function imageMismatch(service: FakeService, headers: Headers, body: Body): string | null {
  const image = text(service.row['dockerImage']);
  if (image === '') return 'Application Docker Image Name Not Found';
  const wanted = wantedImage(headers, body);
  if (wanted === null) return null;
  const found = splitImage(image);
  if (wanted.name !== found.name)
    return `Application Image Name (${found.name}) doesn't match request event payload Image Name (${wanted.name}).`;
  if (wanted.tag !== found.tag)
    return `Application Image Tag (${found.tag}) doesn't match request event payload Image Tag (${wanted.tag}).`;
  return null;
}

function wantedImage(headers: Headers, body: Body): { name: string; tag: string } | null {
  if (isDockerHub(headers) && 'repository' in body)
    return {
      name: text(record(body['repository'])['repo_name'], 'undefined'),
      tag: text(record(body['push_data'])['tag'], 'undefined'),
    };
  return headers['x-github-event'] === 'registry_package' ? splitImage(packageUrl(body) ?? '') : null;
}

function splitImage(image: string): { name: string; tag: string } {
  const colon = image.lastIndexOf(':');
  const tag = image.slice(colon + 1);
  return colon < 0 || /^\d{1,5}$/.test(tag)
    ? { name: image, tag: 'latest' }
    : { name: image.slice(0, colon), tag };
}

function describePush(headers: Headers, body: Body): { title: string; hash?: string } {
  const head = record(body['head_commit']);
  const commit = record(Array.isArray(body['commits']) ? body['commits'][0] : undefined);
  if (headers['x-github-event'] !== undefined) {
    const url = packageUrl(body);
    if (headers['x-github-event'] === 'registry_package' && url !== undefined)
      return { title: `Docker GHCR image pushed: ${url}` };
    return { title: text(head['message'], 'NEW COMMIT'), hash: text(head['id']) };
  }
  const title = text(commit['message'], 'NEW COMMIT');
  if (headers['x-gitlab-event'] !== undefined)
    return { title, hash: text(body['checkout_sha'], text(commit['id'], 'NEW COMMIT')) };
  if (headers['x-gitea-event'] !== undefined) return { title, hash: text(body['after'], 'NEW COMMIT') };
  if (!isDockerHub(headers) || !('push_data' in body)) return { title: 'NEW CHANGES' };
  const { tag, pusher } = record(body['push_data']);
  const image = `${text(record(body['repository'])['repo_name'])}:${text(tag)}`;
  return { title: `DockerHub image pushed: ${image} by ${text(pusher)}` };
}

function isDockerHub(headers: Headers): boolean {
  return headers['user-agent']?.includes('Go-http-client') === true;
}

/** What GitHub's registry calls the image in a `registry_package` event. */
function packageUrl(body: Body): string | undefined {
  const url = record(record(body['registry_package'])['package_version'])['package_url'];
  return url === undefined ? undefined : text(url);
}

function record(value: unknown): Body {
  return typeof value === 'object' && value !== null ? (value as Body) : {};
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}
