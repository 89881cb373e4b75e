import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOrigin } from './open-origin.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-origin-'));
  const staging = 'API_PUBLIC_URL=https://api.staging.example.org\nDOCKERHUB_TOKEN=canary\n';
  await writeFile(join(root, '.env.staging'), staging);
});
afterAll(() => rm(root, { recursive: true }));

const origin = (environment: 'staging' | 'dev', processEnv: Record<string, string> = {}) => {
  const deploy = {
    options: { variablePrefix: 'API', healthPath: '/health' },
    configurations: { dev: { healthPath: '/dev-health' } },
  };
  const projectsConfigurations = { projects: { 'ehr-api': { targets: { deploy } } } };
  const context = { root, projectName: 'ehr-api', projectsConfigurations } as unknown as ExecutorContext;
  return openOrigin(environment, context, processEnv);
};
const staging = {
  publicUrl: 'https://api.staging.example.org',
  healthUrl: 'https://api.staging.example.org/health',
};

describe('openOrigin', () => {
  it('reads the public address out of the environment’s file, and nothing else', async () => {
    expect(await origin('staging')).toEqual(staging);
  });

  it('does not take the address of the environment that is promoted to', async () => {
    expect(await origin('staging', { API_PUBLIC_URL: 'https://api.example.org' })).toEqual(staging);
    expect(await origin('dev', { API_PUBLIC_URL: 'https://api.example.org' })).toEqual({
      publicUrl: null,
      healthUrl: null,
    });
  });

  it('takes it from a CI job that holds another environment’s settings', async () => {
    expect(await origin('dev', { API_PUBLIC_URL_DEV: 'https://dev.example.org/api/' })).toEqual({
      publicUrl: 'https://dev.example.org/api/',
      healthUrl: 'https://dev.example.org/api/dev-health',
    });
  });

  it('refuses one that is no URL', async () => {
    await expect(origin('dev', { API_PUBLIC_URL_DEV: 'dev' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
  });
});
