import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDokploy, startFakeDokploy } from './start-fake-dokploy.ts';
import { type FakeService, newId } from './world.ts';

/** Real time: a loaded machine is not a failure. */
const PATIENT = { timeout: 15_000 };

interface Exchange {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly status: number;
  readonly empty: boolean;
  readonly answer: unknown;
  /** The newest deployment row afterwards. */
  readonly effect?: { readonly title: string; readonly description: string };
}

/** Requests to a real Dokploy v0.30.2 and its answers; ids and tokens are placeholders. */
const exchanges = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/dokploy-exchanges.json'), 'utf8'),
) as Exchange[];

let fake: FakeDokploy;
let ids: Map<string, string>;
let busy: boolean;
let compose: FakeService;
let application: FakeService;

beforeEach(async () => {
  busy = false;
  // A busy server: its job never ends.
  fake = await startFakeDokploy({ onDeploy: () => (busy ? new Promise(() => undefined) : undefined) });
});
afterEach(() => fake.stop());

describe('the fake Dokploy answers like the real one', () => {
  it.each(exchanges.map((exchange) => [exchange.name, exchange] as const))('%s', async (name, exchange) => {
    await arrange(name);
    const { body, headers } = exchange;
    const response = await fetch(fill(`${fake.url}${exchange.path}`), {
      method: exchange.method,
      // The recorder sent no content type unless one is recorded.
      headers: Object.entries(headers).map(([key, value]): [string, string] => [key, fill(value)]),
      ...(body !== null && { body: bytes(fill(typeof body === 'string' ? body : JSON.stringify(body))) }),
      redirect: 'manual',
    });
    const text = await response.text();
    expect([response.status, text === ''], text).toEqual([exchange.status, exchange.empty || text === '']);
    expect(response.headers.get('location') === null).toBe(exchange.status !== 308);
    if (exchange.empty || exchange.method === 'HEAD') {
      expect(text).toBe('');
      return;
    }
    const answer: unknown = typeof exchange.answer === 'string' && text[0] !== '"' ? text : JSON.parse(text);
    const message = (exchange.answer as { message?: string } | null)?.message;
    if (message !== undefined) expect(answer).toMatchObject({ message: fill(message) });
    expect(shape(answer, exchange.answer)).toEqual(shape(exchange.answer, answer));
    const { effect } = exchange;
    if (effect !== undefined) await expect.poll(() => fake.world.rows[0], PATIENT).toMatchObject(effect);
  });
});

/** Puts the server in the state in which the exchange was recorded. */
async function arrange(name: string): Promise<void> {
  const { world, ownerKey } = fake;
  const common = { description: 'd', createdAt: 'now', env: '' };
  const projectId = newId();
  ids = new Map([['API_KEY', ownerKey]]);
  if (name !== 'project.create') world.projects.push({ projectId, name: 'ehr', ...common });
  const [, environmentId] = ['production', 'staging'].map((label) => {
    const id = newId();
    const isDefault = label === 'production';
    world.environments.push({ environmentId: id, projectId, isDefault, name: label, ...common });
    return id;
  });
  ids.set('PROJECT_ID', projectId);
  if (['project.all', 'environment.byProjectId'].includes(name)) return;
  const composeFile = 'services:\n  api:\n    image: 127.0.0.1:5000/demo/ehr-api:staging\n';
  const place = { environmentId: environmentId! };
  const raw = { ...place, sourceType: 'raw', composeFile };
  compose = fake.addService({ name: 'ehr-api', kind: 'compose', ...raw, description: 'ehr api' });
  const second = fake.addService({ name: 'ehr-web', kind: 'compose', ...raw });
  const other = fake.addService({ name: 'tmp', kind: 'compose', ...raw, sourceType: 'github' });
  const stack = fake.addService({ name: 'ehr-stack', kind: 'stack', ...raw });
  application = fake.addService({ name: 'ehr-app', kind: 'application', ...place, sourceType: 'docker' });
  application.row['dockerImage'] = imageFor(name);
  const gitApplication = fake.addService({ name: 'tmp', kind: 'application', ...place });
  const registryId = newId();
  world.registries.push({
    registryId,
    registryName: 'demo',
    imagePrefix: null,
    username: 'puller',
    password: 'secret',
    registryUrl: '127.0.0.1:5001',
    createdAt: 'now',
    registryType: 'cloud',
    organizationId: world.organizationId,
  });
  const services = /^member\.(with|create)/.test(name) ? [compose.id] : [];
  const limited = fake.addKey({ limit: { max: 10, windowMs: 86_400_000 } });
  for (const [key, value] of Object.entries({
    ENV_ID_STAGING: environmentId!,
    COMPOSE_ID: compose.id,
    COMPOSE2_ID: second.id,
    OTHER_COMPOSE_ID_1: other.id,
    STACK_COMPOSE_ID: stack.id,
    APPLICATION_ID: application.id,
    COMPOSE_APPNAME: compose.row.appName,
    STACK_APPNAME: stack.row.appName,
    COMPOSE_REFRESH_TOKEN: compose.row.refreshToken,
    COMPOSE2_REFRESH_TOKEN: second.row.refreshToken,
    OTHER_REFRESH_TOKEN_3: (name.startsWith('webhook.compose') ? other : gitApplication).row.refreshToken,
    APPLICATION_REFRESH_TOKEN: application.row.refreshToken,
    REGISTRY_ID_1: registryId,
    REGISTRY_PASSWORD: 'secret',
    MEMBER_API_KEY: fake.addKey({ member: { services, canCreateServices: name.includes('create+') } }),
    OTHER_API_KEY_1: limited,
  }))
    ids.set(key, value);
  await arrangeState(name, limited);
}

async function arrangeState(name: string, limited: string): Promise<void> {
  const call = (path: string, body?: object, key = fake.ownerKey) =>
    fetch(`${fake.url}/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  if (name.includes('autodeploy-disabled')) compose.row.autoDeploy = application.row.autoDeploy = false;
  if (name === 'compose.one' || name.startsWith('member.with')) compose.row.env = 'GREETING=hello';
  if (name === 'application.one') {
    const empty = { buildArgs: '', buildSecrets: '', username: '', password: '', registryUrl: '' };
    Object.assign(application.row, { env: 'A=b', ...empty });
  }
  if (name === 'apikey.default-rate-limit.call-6')
    for (let count = 0; count < 5; count += 1) await call('settings.getDokployVersion', undefined, limited);
  const deployed = /^(deployment|docker)/.test(name) || name.endsWith('deployment.allByCompose');
  if (deployed && !/empty|idle|bad-type/.test(name)) {
    busy = /running|busy|queueList$/.test(name);
    const last = busy ? compose : application;
    await call('compose.deploy', { composeId: compose.id, title: 't', description: 'd' });
    await call('application.deploy', { applicationId: application.id });
    await expect.poll(() => fake.rows(last.id)[0]?.status, PATIENT).toBe(busy ? 'running' : 'done');
    if (name.endsWith('busy')) fake.queue.clean(application.id);
  }
  const [row] = fake.rows(compose.id);
  if (row !== undefined)
    ids.set('DEPLOYMENT_ID_1', row.deploymentId).set('DEPLOYMENT_ID_14', row.deploymentId);
}

function imageFor(name: string): string | null {
  if (name.includes('no-docker-image')) return null;
  if (name.includes('untagged')) return '127.0.0.1:5000/demo/ehr-api';
  if (name.includes('digest-pinned')) return `127.0.0.1:5000/demo/ehr-api@sha256:${'a'.repeat(64)}`;
  if (name.includes('numeric-tag')) return '127.0.0.1:5000/demo/ehr-api:2024';
  return '127.0.0.1:5000/demo/ehr-api:staging';
}

function fill(text: string): string {
  return text.replaceAll(/<([A-Z0-9_]+)>/g, (whole, key: string) => ids.get(key) ?? whole);
}

/** A string body would make fetch add a content type. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Keys and types, of a list the first entry's; null and an empty list equal everything. */
function shape(value: unknown, other: unknown): unknown {
  if (value === null || other === null) return 'any';
  if (Array.isArray(value)) {
    if (!Array.isArray(other)) return 'list';
    return value.length === 0 || other.length === 0 ? 'list' : [shape(value[0], other[0])];
  }
  if (typeof value !== 'object') return typeof value;
  const counterpart = (other ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key in counterpart ? shape(one, counterpart[key]) : 'only here',
    ]),
  );
}
