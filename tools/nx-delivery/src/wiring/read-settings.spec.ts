import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, readVariables } from './read-settings.ts';
import type { ProcessEnv } from '../process-env.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-settings-'));
  await writeFile(join(root, '.env.staging'), 'DOCKERHUB_USERNAME=clinic\nREGISTRY=ghcr.io # a comment\n');
});
afterAll(() => rm(root, { recursive: true }));

const read = async (environment: string, processEnv: ProcessEnv) =>
  readSettings(await readVariables(root, environment, processEnv), environment, processEnv);

describe('readSettings', () => {
  it('needs nothing at all on a laptop', async () => {
    expect(await read('local', {})).toMatchObject({
      registry: '127.0.0.1:5050',
      namespace: 'ehr-connect',
      composeProject: 'ehr-connect-local',
      variables: {},
    });
  });

  it('reads .env.<environment>, and lets the process environment win', async () => {
    expect(await read('staging', { REGISTRY: 'docker.io' })).toMatchObject({
      registry: 'docker.io',
      namespace: 'clinic',
      variables: { DOCKERHUB_USERNAME: 'clinic' },
    });
  });

  it('takes nothing for staging that Nx loaded from .env.local', async () => {
    await writeFile(join(root, '.env.local'), 'REGISTRY=127.0.0.1:5050\nDOCKERHUB_USERNAME=laptop\n');
    const loaded = { REGISTRY: '127.0.0.1:5050', DOCKERHUB_USERNAME: 'laptop' };
    expect(await read('staging', loaded)).toMatchObject({
      registry: 'ghcr.io',
      namespace: 'clinic',
    });
    expect(await read('local', loaded)).toMatchObject({
      registry: '127.0.0.1:5050',
      namespace: 'laptop',
    });
    await rm(join(root, '.env.local'));
  });

  it('takes an empty variable for none', async () => {
    expect(await read('staging', { REGISTRY: '' })).toMatchObject({ registry: 'ghcr.io' });
  });

  it('signs in with the token when both parts are there, and else with what docker login left', async () => {
    const empty = { DOCKER_CONFIG: root };
    expect(await (await read('staging', empty)).credentials()).toBeUndefined();
    expect(await (await read('staging', { DOCKERHUB_TOKEN: 't' })).credentials()).toEqual({
      username: 'clinic',
      password: 't',
    });
    const auth = Buffer.from('ada:from-docker').toString('base64');
    await writeFile(join(root, 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth } } }));
    expect(await (await read('staging', empty)).credentials()).toEqual({
      username: 'ada',
      password: 'from-docker',
    });
    await rm(join(root, 'config.json'));
  });

  it('keeps the token of Docker Hub from the laptop’s own registry, which nobody chose', async () => {
    const env = { DOCKERHUB_USERNAME: 'clinic', DOCKERHUB_TOKEN: 't', DOCKER_CONFIG: root };
    expect(await (await read('local', env)).credentials()).toBeUndefined();
    const chosen = { ...env, REGISTRY: '127.0.0.1:5050' };
    expect(await (await read('local', chosen)).credentials()).toMatchObject({ password: 't' });
  });

  it('asks for a namespace everywhere else, and says where to set it', async () => {
    await expect(read('prod', {})).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: 'DOCKERHUB_USERNAME is not set for prod.',
      hint: 'Set it in the process environment or in .env.prod.',
    });
  });
});
