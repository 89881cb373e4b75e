import { describe, expect, it } from 'vitest';
import { systemClock } from '../ports/system-clock.ts';
import { createTarget } from './create-target.ts';
import type { Service } from './open-service.ts';
import { readDestination } from './read-destination.ts';

const create = (variables: Record<string, string>) => {
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
      setting,
      foreignFileOf: () => undefined,
      keepImages: 5,
      verificationSeconds: 15,
      credentials: async () => undefined,
    },
    destination: readDestination('staging', { setting }, 'API'),
    repository: { registry: 'docker.io', repository: 'clinic/ehr-api' },
  } satisfies Service;
  return createTarget(service, '/nowhere', systemClock);
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
