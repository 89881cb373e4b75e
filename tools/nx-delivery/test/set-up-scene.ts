import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { workspaceRoot } from '@nx/devkit';
import { afterEach, beforeEach } from 'vitest';
import { setUpInDokploy, type SetUpWishes } from '../src/dokploy-setup/set-up-in-dokploy.ts';
import { contextOf } from './run-doctor.ts';

/** Of the test that runs. */
export let fake: FakeDokploy;
/** Its workspace. */
export let directory: string;

/** Gives each test of the file that calls this a fake Dokploy and an empty workspace of its own. */
export function useScene(): void {
  beforeEach(async () => {
    fake = await startFakeDokploy();
    directory = await mkdtemp(join(tmpdir(), 'ehr-setup-'));
  });
  afterEach(async () => {
    await fake.stop();
    await rm(directory, { recursive: true });
  });
}

/** Sets a service up there, with good settings less what `changes` says otherwise. */
export async function setUp(
  changes: Record<string, string> = {},
  wishes: Partial<SetUpWishes> = {},
  projectName = 'ehr-api',
) {
  const env = {
    REGISTRY: 'docker.io',
    DOCKERHUB_USERNAME: 'clinic',
    DOCKERHUB_TOKEN: 'canary-registry-token',
    DOCKER_CONFIG: directory,
    DOKPLOY_URL: fake.url,
    DOKPLOY_API_KEY: fake.ownerKey,
    DATABASE_URL: 'postgres://ehr:canary-database-password@db/ehr',
    EHR_ISSUERS: 'https://id.example.org',
    EHR_SESSION_SECRET: 'canary-session-secret-0123456789abcdef',
    ...changes,
  };
  await copyFile(join(workspaceRoot, 'docker-compose.yml'), join(directory, 'docker-compose.yml'));
  const options = {
    environment: 'staging',
    kind: 'compose',
    dokployProject: 'ehr-connect',
  };
  const context = { ...contextOf(directory), projectName };
  const { projects } = context.projectsConfigurations;
  Object.assign(projects, {
    'ehr-web': { targets: { deploy: { options: { variablePrefix: 'WEB', platforms: ['linux/amd64'] } } } },
  });
  return setUpInDokploy({ ...options, ...wishes } as SetUpWishes, context, env);
}

/** Another fake Dokploy, in which nothing was set up yet. */
export async function startAnew(): Promise<void> {
  await fake.stop();
  fake = await startFakeDokploy();
}
