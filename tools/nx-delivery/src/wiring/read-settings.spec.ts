import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from './read-settings.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-settings-'));
  await writeFile(join(root, '.env.staging'), 'DOCKERHUB_USERNAME=clinic\nREGISTRY=ghcr.io # a comment\n');
});
afterAll(() => rm(root, { recursive: true }));

describe('readSettings', () => {
  it('needs nothing at all on a laptop', async () => {
    expect(await readSettings(root, 'local', {})).toMatchObject({
      registry: '127.0.0.1:5050',
      namespace: 'ehr-connect',
      composeProject: 'ehr-connect-local',
      variables: {},
    });
  });

  it('reads .env.<environment>, and lets the process environment win', async () => {
    expect(await readSettings(root, 'staging', { REGISTRY: 'docker.io' })).toMatchObject({
      registry: 'docker.io',
      namespace: 'clinic',
      variables: { DOCKERHUB_USERNAME: 'clinic' },
    });
  });

  it('takes nothing for staging that Nx loaded from .env.local', async () => {
    await writeFile(join(root, '.env.local'), 'REGISTRY=127.0.0.1:5050\nDOCKERHUB_USERNAME=laptop\n');
    const loaded = { REGISTRY: '127.0.0.1:5050', DOCKERHUB_USERNAME: 'laptop' };
    expect(await readSettings(root, 'staging', loaded)).toMatchObject({
      registry: 'ghcr.io',
      namespace: 'clinic',
    });
    expect(await readSettings(root, 'local', loaded)).toMatchObject({
      registry: '127.0.0.1:5050',
      namespace: 'laptop',
    });
    await rm(join(root, '.env.local'));
  });

  it('takes an empty variable for none', async () => {
    expect(await readSettings(root, 'staging', { REGISTRY: '' })).toMatchObject({ registry: 'ghcr.io' });
  });

  it('signs in with the token when both parts are there, and else with what docker login left', async () => {
    const empty = { DOCKER_CONFIG: root };
    expect(await (await readSettings(root, 'staging', empty)).credentials()).toBeUndefined();
    expect(await (await readSettings(root, 'staging', { DOCKERHUB_TOKEN: 't' })).credentials()).toEqual({
      username: 'clinic',
      password: 't',
    });
    const auth = Buffer.from('ada:from-docker').toString('base64');
    await writeFile(join(root, 'config.json'), JSON.stringify({ auths: { 'ghcr.io': { auth } } }));
    expect(await (await readSettings(root, 'staging', empty)).credentials()).toEqual({
      username: 'ada',
      password: 'from-docker',
    });
    await rm(join(root, 'config.json'));
  });

  it('keeps the token of Docker Hub from the laptop’s own registry, which nobody chose', async () => {
    const env = { DOCKERHUB_USERNAME: 'clinic', DOCKERHUB_TOKEN: 't', DOCKER_CONFIG: root };
    expect(await (await readSettings(root, 'local', env)).credentials()).toBeUndefined();
    const chosen = { ...env, REGISTRY: '127.0.0.1:5050' };
    expect(await (await readSettings(root, 'local', chosen)).credentials()).toMatchObject({ password: 't' });
  });

  it('asks for a namespace everywhere else, and says where to set it', async () => {
    await expect(readSettings(root, 'prod', {})).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: 'DOCKERHUB_USERNAME is not set for prod.',
      hint: 'Set it in the process environment or in .env.prod.',
    });
  });
});
