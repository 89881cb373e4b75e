import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@ehr/delivery-core';
import { composeCommand } from '@ehr/delivery-dokploy';
import { type FakeDokploy, type FakeService, startFakeDokploy } from '@ehr/testing-fakes';
import { afterEach, beforeEach, expect } from 'vitest';
import { ASKS_THE_ENGINE, runDoctor } from './run-doctor.ts';

/** Of the test that runs: its workspace, a fake Dokploy, and ehr-api there, set up as it should be. */
export let root: string;
export let fake: FakeDokploy;
export let service: FakeService;
/** The server's clock. */
export const clock = { now: 0 };

const image = 'docker.io/clinic/ehr-api:${API_IMAGE_TAG:?}';
const canary = 'canary-database-password';

/** Gives each test of the file that calls this a scene of its own. */
export function useDoctorScene(): void {
  beforeEach(async () => {
    clock.now = Date.now();
    root = await mkdtemp(join(tmpdir(), 'ehr-doctor-'));
    fake = await startFakeDokploy({ now: () => clock.now });
    const composeFile = `services:\n  ehr-api:\n    image: ${image}\n    environment: { DB: '\${DATABASE_URL:?}' }\n`;
    service = fake.addService({ name: 'ehr-api', kind: 'compose', sourceType: 'raw', composeFile });
    Object.assign(service.row, {
      env: `DATABASE_URL=postgres://ehr:${canary}@db/ehr`,
      command: composeCommand(service.row.appName),
    });
  });
  afterEach(async () => {
    await fake.stop();
    await rm(root, { recursive: true });
  });
}

/** Nobody is the registry here, and nobody the service: what they answer is another test's. */
const settings = () => ({
  REGISTRY: '127.0.0.1:1',
  DOCKERHUB_USERNAME: 'clinic',
  DOCKERHUB_TOKEN: 'canary-registry-token',
  DOKPLOY_URL: fake.url,
  DOKPLOY_API_KEY: fake.ownerKey,
  DOKPLOY_API_COMPOSE_ID: service.id,
  API_PUBLIC_URL: 'http://127.0.0.1:1',
});

/** What doctor finds there; no secret is in it. */
export async function find(
  changes: Readonly<Record<string, string>> = {},
  environment: Environment = 'staging',
) {
  const patience = { dokploy: { patienceMs: 0, now: () => clock.now } };
  const visit = { patience, environment, leftOut: ASKS_THE_ENGINE };
  const found = await runDoctor(root, { ...settings(), ...changes }, visit);
  const shown = JSON.stringify(found);
  for (const secret of ['canary', fake.ownerKey, service.row.refreshToken])
    expect(shown).not.toContain(secret);
  return found;
}

/** The same where a webhook deploys, and a key is there to ask with. */
export function findByWebhook(changes: Readonly<Record<string, string>> = {}) {
  return find({ DOKPLOY_URL: '', DOKPLOY_WEBHOOK_API: fake.webhookUrl(service), ...changes });
}
