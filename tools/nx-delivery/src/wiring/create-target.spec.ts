import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFakeDokploy } from '@ehr/testing-fakes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../ports/system-clock.ts';
import { createTarget } from './create-target.ts';
import type { Service } from './open-service.ts';
import { readDestination } from './read-destination.ts';

const create = (variables: Record<string, string>, onWait?: (message: string) => void) => {
  const setting = (name: string) => variables[name];
  const service = {
    name: 'ehr-api',
    environment: 'staging' as const,
    facts: {
      variablePrefix: 'API',
      healthPath: '/health',
      platforms: ['linux/amd64'],
      timeoutSeconds: 10,
    },
    settings: {
      registry: 'docker.io',
      namespace: 'clinic',
      journalRepository: null,
      composeProject: 'ehr-connect-staging',
      variables: {},
      secrets: {},
      setting,
      foreignFileOf: () => undefined,
      keepImages: 5,
      verificationSeconds: 15,
      credentials: async () => undefined,
    },
    destination: readDestination('staging', { setting }, 'API'),
    repository: { registry: 'docker.io', repository: 'clinic/ehr-api' },
  } satisfies Service;
  return createTarget(service, '/nowhere', systemClock, onWait);
};
const dokploy = {
  DOKPLOY_URL: 'https://dokploy.example.org',
  DOKPLOY_API_KEY: 'canary-key',
  API_PUBLIC_URL: 'https://api.example.org',
};
const webhook = {
  DOKPLOY_WEBHOOK_API: 'https://dokploy.example.org/api/deploy/canary',
  API_PUBLIC_URL: 'https://api.example.org',
};

describe('createTarget', () => {
  it.each([
    ['docker compose when Dokploy is not set up', {}, 'compose project ehr-connect-staging', true],
    ['a compose in Dokploy', { ...dokploy, DOKPLOY_API_COMPOSE_ID: 'c1' }, 'Dokploy', false],
    ['a webhook', webhook, 'webhook', false],
  ])('is %s', (_name, env, name, canSmokeTest) => {
    const target = create(env);
    expect(target.name).toContain(name);
    expect(target.smokeTest !== null).toBe(canSmokeTest);
    expect(target.name).not.toContain('canary');
  });

  it.each([
    [
      { ...dokploy },
      'exactly one of DOKPLOY_API_COMPOSE_ID, DOKPLOY_API_STACK_ID, DOKPLOY_API_APPLICATION_ID must be set (none is) for staging',
    ],
    [{ ...dokploy, DOKPLOY_API_COMPOSE_ID: 'a', DOKPLOY_API_STACK_ID: 'b' }, 'several are'],
    [
      { DOKPLOY_URL: 'https://x.example.org' },
      'DOKPLOY_API_KEY is not set for staging; API_PUBLIC_URL is not set for staging; exactly one of',
    ],
    [{ DOKPLOY_WEBHOOK_API: webhook.DOKPLOY_WEBHOOK_API }, 'API_PUBLIC_URL is not set for staging'],
    [
      { DOKPLOY_WEBHOOK_STAGING: 'https://canary.example.org' },
      'DOKPLOY_WEBHOOK_STAGING is called DOKPLOY_WEBHOOK_API now',
    ],
    [
      { ...webhook, DOKPLOY_WEBHOOK_API_STAGING: 'https://canary.example.org' },
      'DOKPLOY_WEBHOOK_API_STAGING is called DOKPLOY_WEBHOOK_API now',
    ],
  ])('says what is missing in %j', (env, sentence) => {
    expect(() => create(env as Record<string, string>)).toThrow(sentence);
  });
});

const pin = {
  image: {
    registry: 'docker.io',
    repository: 'clinic/ehr-api',
    tag: 'staging',
    digest: `sha256:${'1'.repeat(64)}` as const,
  },
  revision: 'r',
  version: '1',
};

it.each(['webhook', 'API'])('tells of each wait for a Dokploy that does not answer the %s', async (way) => {
  const gone = 'http://127.0.0.1:1';
  const byWay =
    way === 'webhook'
      ? { DOKPLOY_WEBHOOK_API: `${gone}/api/deploy/compose/canary` }
      : { DOKPLOY_URL: gone, DOKPLOY_API_KEY: 'canary', DOKPLOY_API_COMPOSE_ID: 'c' };
  const told = await new Promise<string>((tell) => {
    const target = create({ ...byWay, API_PUBLIC_URL: gone }, tell);
    target.trigger(pin).catch(() => undefined);
  });
  expect(told).toContain('does not answer');
  expect(told).not.toContain('canary');
});

it('asks the service itself which of its checks fail', async () => {
  const report = {
    ...{ service: 'ehr-api', version: '1', revision: 'r', fingerprint: 'f', environment: 'staging' },
    ...{ status: 'fail', checks: { database: { status: 'fail', detail: 'no connection' } } },
  };
  const server = createServer((_, response) => void response.writeHead(503).end(JSON.stringify(report)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const fake = await startFakeDokploy();
  onTestFinished(async () => {
    server.close();
    await fake.stop();
  });
  const composeFile = 'services: { ehr-api: { image: "docker.io/clinic/ehr-api:${API_IMAGE_TAG:?}" } }';
  const service = fake.addService({ name: 'ehr-api', kind: 'compose', sourceType: 'raw', composeFile });
  fake.behave(service.id, 'unhealthy');
  const target = create({
    DOKPLOY_URL: fake.url,
    DOKPLOY_API_KEY: fake.ownerKey,
    DOKPLOY_API_COMPOSE_ID: service.id,
    API_PUBLIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await target.trigger(pin);
  await expect(target.settle(() => undefined)).rejects.toThrow('(database: no connection)');
});
