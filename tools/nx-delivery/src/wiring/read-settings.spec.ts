import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from 'dotenv';
import { expand } from 'dotenv-expand';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessEnv } from '../process-env.ts';
import { readSettings, readVariables } from './read-settings.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-settings-'));
  await writeFile(join(root, '.env.staging'), 'DOCKERHUB_USERNAME=clinic\nREGISTRY=ghcr.io # a comment\n');
});
afterAll(() => rm(root, { recursive: true }));

const read = async (environment: string, processEnv: ProcessEnv) =>
  readSettings(await readVariables(root, environment, processEnv, 'apps/ehr-api'), environment, processEnv);

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

  describe('where Nx has loaded files into the process environment', () => {
    const SECRET = 'postgres://ehr:pa$word#1@db/ehr';
    const write = (name: string, ...lines: string[]) => writeFile(join(root, name), `${lines.join('\n')}\n`);
    beforeAll(async () => {
      await mkdir(join(root, 'apps/ehr-api'), { recursive: true });
      await write('.env', 'LOG_LEVEL=debug');
      await write(
        '.env.local',
        'REGISTRY=127.0.0.1:5050',
        'DOCKERHUB_USERNAME=laptop',
        "DOCKERHUB_TOKEN='lap$top'",
      );
      await write('.env.prod', 'REGISTRY=quay.io', `DATABASE_URL='${SECRET}'`, 'COMPOSE_PROJECT_NAME=clinic');
      await write('apps/ehr-api/.env.prod', 'API_PORT=1');
    });
    afterAll(async () => {
      for (const name of ['.env', '.env.local', '.env.prod', 'apps'])
        await rm(join(root, name), { recursive: true });
    });
    /** As Nx does it, with its own libraries. */
    const load = (files: string[], shell: Record<string, string> = {}) => {
      const processEnv = { ...shell };
      expand({
        ...config({ path: files.map((file) => join(root, file)), processEnv, quiet: true }),
        processEnv,
      });
      return processEnv;
    };
    const task = { NX_TASK_TARGET_TARGET: 'deploy', NX_TASK_TARGET_CONFIGURATION: 'prod' };

    it('takes nothing for staging that comes from .env.local', async () => {
      const loaded = load(['.env.local']);
      expect(loaded['DOCKERHUB_TOKEN']).toBe('lap');
      const { setting, ...settings } = await read('staging', loaded);
      expect(settings).toMatchObject({ registry: 'ghcr.io', namespace: 'clinic' });
      expect(setting('DOCKERHUB_TOKEN')).toBeUndefined();
      expect(await read('local', loaded)).toMatchObject({ registry: '127.0.0.1:5050', namespace: 'laptop' });
      expect((await read('local', loaded)).setting('DOCKERHUB_TOKEN')).toBe('lap$top');
    });

    it('takes the environment’s own value as it stands, not as it was expanded', async () => {
      const loaded = load(['.env.prod', '.env.local'], { ...task, word: 'x' });
      expect(loaded['DATABASE_URL']).not.toBe(SECRET);
      const prod = await read('prod', { ...loaded, DOCKERHUB_USERNAME: 'ci' });
      expect([prod.setting('DATABASE_URL'), prod.variables['DATABASE_URL']]).toEqual([SECRET, SECRET]);
      expect(prod.composeProject).toBe('clinic');
    });

    it('reads the settings of staging in a run for prod', async () => {
      const staging = await read('staging', load(['apps/ehr-api/.env.prod', '.env.prod', '.env'], task));
      expect(staging).toMatchObject({ registry: 'ghcr.io', composeProject: 'ehr-connect-staging' });
      for (const name of ['DATABASE_URL', 'LOG_LEVEL', 'API_PORT']) {
        expect([name, staging.setting(name)]).toEqual([name, undefined]);
        // Taken away from docker compose, which would inherit it.
        expect(Object.entries(staging.variables)).toContainEqual([name, undefined]);
      }
    });

    it('lets what a CI job sets win', async () => {
      const job = load(['.env.prod'], { ...task, REGISTRY: 'docker.io', DOCKERHUB_USERNAME: 'ci' });
      expect(await read('prod', job)).toMatchObject({ registry: 'docker.io', namespace: 'ci' });
    });

    it('says why a name that is set in the shell does not count', async () => {
      await expect(read('prod', { DOCKERHUB_USERNAME: 'laptop' })).rejects.toThrowError(
        'DOCKERHUB_USERNAME is not set for prod (what .env.local says does not count for it).',
      );
    });

    it.each([
      [{ EHR_ENVIRONMENT: 'prod' }, 'EHR_ENVIRONMENT=prod'],
      [{ COMPOSE_PROJECT_NAME: 'clinic' }, 'COMPOSE_PROJECT_NAME=clinic, which is prod'],
      [{ COMPOSE_PROJECT_NAME: 'ehr-connect-dev' }, 'COMPOSE_PROJECT_NAME=ehr-connect-dev, which is dev'],
    ])('refuses to work on staging in a shell with %j', async (shell, what) => {
      await expect(read('staging', shell)).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
        message: `This is staging, and the process environment says ${what}.`,
      });
    });

    it('works on staging in a shell that says staging, or names a project of its own', async () => {
      const shell = { EHR_ENVIRONMENT: 'staging', COMPOSE_PROJECT_NAME: 'trial' };
      expect(await read('staging', shell)).toMatchObject({ composeProject: 'trial' });
    });
  });

  it('refuses a file that says it is another environment’s', async () => {
    await writeFile(join(root, '.env.dev'), 'EHR_ENVIRONMENT=prod\n');
    await expect(read('dev', {})).rejects.toThrowError(
      'This is dev, and .env.dev says EHR_ENVIRONMENT=prod.',
    );
    await rm(join(root, '.env.dev'));
  });

  it('refuses the namespace of the example', async () => {
    await expect(read('staging', { DOCKERHUB_USERNAME: 'yourname' })).rejects.toThrowError(
      'DOCKERHUB_USERNAME is "yourname" for staging, as in the example: it must be the namespace of your images.',
    );
  });

  it('verifies for 15 seconds, 3 on a laptop, or as long as VERIFICATION_SECONDS says', async () => {
    expect((await read('staging', {})).verificationSeconds).toBe(15);
    expect((await read('local', {})).verificationSeconds).toBe(3);
    expect((await read('staging', { VERIFICATION_SECONDS: '60' })).verificationSeconds).toBe(60);
    for (const VERIFICATION_SECONDS of ['601', '-1', '1.5', 'long'])
      await expect(read('staging', { VERIFICATION_SECONDS })).rejects.toThrowError(
        'VERIFICATION_SECONDS must be a whole number from 0 to 600',
      );
  });

  it('keeps 5 images on a host, or as many as KEEP_IMAGES says', async () => {
    expect((await read('staging', {})).keepImages).toBe(5);
    expect((await read('staging', { KEEP_IMAGES: '20' })).keepImages).toBe(20);
    for (const KEEP_IMAGES of ['0', '21', '-1', 'all'])
      await expect(read('staging', { KEEP_IMAGES })).rejects.toThrowError(
        'KEEP_IMAGES must be a whole number from 1 to 20',
      );
  });

  describe('a secret that is in a file of its own', () => {
    beforeAll(async () => {
      await writeFile(join(root, 'api-key'), 'canary-key\n');
      await writeFile(join(root, 'database-url'), 'postgres://ehr:canary@db/ehr');
      await writeFile(join(root, 'nothing'), '\n');
    });

    it('is read as if the variable held it, without its last line break', async () => {
      const { setting, variables } = await read('staging', {
        DOKPLOY_API_KEY_FILE: join(root, 'api-key'),
        DATABASE_URL_FILE: 'database-url',
        PGPASSFILE: 'is-not-ours',
        SOME_TOKEN_FILE: 'is-not-ours',
      });
      expect(setting('DOKPLOY_API_KEY')).toBe('canary-key');
      expect(variables['DATABASE_URL']).toBe('postgres://ehr:canary@db/ehr');
    });

    it.each([
      [{ DOKPLOY_API_KEY_FILE: 'gone' }, 'DOKPLOY_API_KEY_FILE is gone, which cannot be read (ENOENT).'],
      [{ DOKPLOY_API_KEY_FILE: 'nothing' }, 'DOKPLOY_API_KEY_FILE is nothing, which is empty.'],
      [
        { DOKPLOY_API_KEY_FILE: 'api-key', DOKPLOY_API_KEY: 'x' },
        'DOKPLOY_API_KEY and DOKPLOY_API_KEY_FILE are both set.',
      ],
    ])('is refused when it is %j', async (env, message) => {
      await expect(read('staging', env)).rejects.toMatchObject({ code: 'OPTIONS_INVALID', message });
    });
  });

  it('hands docker compose nothing that opens a door for the delivery alone', async () => {
    const secrets = ['DOCKERHUB_TOKEN', 'DOKPLOY_API_KEY', 'DOKPLOY_WEBHOOK_API', 'COSIGN_PASSWORD'];
    const env = Object.fromEntries(secrets.map((name) => [name, 'canary']));
    const { variables, setting } = await read('staging', { ...env, POSTGRES_PASSWORD: 'its own' });
    for (const name of secrets) expect(Object.entries(variables)).toContainEqual([name, undefined]);
    expect(setting('DOKPLOY_API_KEY')).toBe('canary');
    expect(variables).not.toHaveProperty('POSTGRES_PASSWORD');
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
    const env = { DOCKERHUB_USERNAME: 'hospital', DOCKERHUB_TOKEN: 't', DOCKER_CONFIG: root };
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
