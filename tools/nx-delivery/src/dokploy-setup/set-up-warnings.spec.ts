import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '@nx/devkit';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../test/run-doctor.ts';
import { directory, fake, setUp, startAnew, useScene } from '../../test/set-up-scene.ts';
import { settingsToStore } from './render-set-up.ts';
import { setUpInDokploy } from './set-up-in-dokploy.ts';

useScene();

describe('what setUpInDokploy warns of or refuses', () => {
  const dockerfile = 'LABEL connect.ehr.data="/data" connect.ehr.data-unless="DATABASE_URL"\n';
  /** No database, and none wanted. */
  const NONE = { DATABASE_URL: '', EHR_ALLOW_EMBEDDED_DATABASE: 'true' };
  const withLabels = () => writeFile(join(directory, 'Dockerfile'), dockerfile);

  it('refuses an application that would lose its data, before anything of it is there', async () => {
    await withLabels();
    await expect(setUp(NONE, { kind: 'application' })).rejects.toMatchObject({
      code: 'DATA_NOT_KEPT',
      message: expect.stringContaining('/data') as string,
    });
    expect([...fake.world.services.values()]).toEqual([]);
    await setUp({}, { kind: 'application' });
    await setUp(NONE, { kind: 'compose', dokployProject: 'other' });
  });

  it('takes a volume that somebody mounted in Dokploy', async () => {
    await setUp(NONE, { kind: 'application' });
    await withLabels();
    await expect(setUp(NONE, { kind: 'application' })).rejects.toThrow('/data');
    for (const { row } of fake.world.services.values()) row['mounts'] = [{ mountPath: '/data' }];
    await setUp(NONE, { kind: 'application' });
  });

  it.each([
    ['prod has none', { environment: 'prod' }, {}, 'DATABASE_URL is not set for prod'],
    ['staging has none', {}, {}, 'DATABASE_URL is not set for staging'],
    [
      'POSTGRES_PASSWORD asks for that of docker-compose.yml',
      {},
      { POSTGRES_PASSWORD: 'x' },
      'POSTGRES_PASSWORD',
    ],
  ] as const)(
    'refuses a service without its database where %s, and says how',
    async (_what, wishes, env, words) => {
      const error = await setUp({ DATABASE_URL: '', ...env }, wishes).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'OPTIONS_INVALID',
        message: expect.stringContaining(words) as string,
        hint: expect.stringContaining('dokploy-network') as string,
      });
      expect(fake.world.projects).toEqual([]);
      if (words.includes('DATABASE_URL')) await setUp(NONE, wishes);
      // A database that somebody set in Dokploy itself is one.
      const { id } = await setUp(env, wishes);
      const row = fake.world.services.get(id)!.row;
      row.env = 'DATABASE_URL=postgres://db/ehr';
      await setUp({ DATABASE_URL: '', ...env }, wishes);
    },
  );

  it('refuses what would not start for who signs in, all of it at once, and takes what Dokploy has', async () => {
    const none = { EHR_ISSUERS: '', EHR_SESSION_SECRET: '', DATABASE_URL: '' };
    await expect(setUp(none)).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: ['DATABASE_URL', 'EHR_ISSUERS', 'EHR_SESSION_SECRET'].map((name) => `${name} is not set for staging, where ehr-api does not start without it.`).join('\n'),
      hint: expect.stringContaining('openssl rand -hex 32') as string,
    });
    await expect(setUp(none, {}, 'ehr-web')).rejects.toThrowError('EHR_SESSION_SECRET is not set for staging, where ehr-web');
    await setUp(none, { environment: 'dev' });
    const { id } = await setUp();
    fake.world.services.get(id)!.row.env = 'DATABASE_URL=x\nEHR_ISSUERS=https://id.example.org\nEHR_SESSION_SECRET=x';
    await setUp(none);
  }); // prettier-ignore

  it('suggests the published port, and carries another one out', async () => {
    const address = async (...given: Parameters<typeof setUp>) =>
      settingsToStore((await setUp(...given)).stored);
    expect(await address({}, { publishPort: 4300 })).toMatchObject({
      API_PUBLIC_URL: 'http://127.0.0.1:4300',
    });
    expect(await address()).toMatchObject({ API_PUBLIC_URL: 'http://127.0.0.1:4300' });
    const { steps, stored } = await setUp({}, { publishPort: 4400 });
    expect(settingsToStore(stored)).toMatchObject({ API_PUBLIC_URL: 'http://127.0.0.1:4400' });
    expect(steps.join()).toContain('published port set to 4400');
    expect(String([...fake.world.services.values()][0]?.row['composeFile'])).toContain(':4400:3000');
  });

  it('takes the address of the host along on which a port is published', async () => {
    const { id, stored } = await setUp({ BIND_ADDRESS: '192.0.2.7' }, { publishPort: 4300 });
    expect(parse(fake.world.services.get(id)?.row.env ?? '')).toMatchObject({ BIND_ADDRESS: '192.0.2.7' });
    expect(settingsToStore(stored)).toMatchObject({ API_PUBLIC_URL: 'http://192.0.2.7:4300' });
  });

  it('does not call the pin of a deploy another wish than the tag of the settings', async () => {
    const { id } = await setUp();
    const { row } = fake.world.services.get(id)!;
    row.env = row.env!.replace('API_IMAGE_TAG=staging', `API_IMAGE_TAG=staging@sha256:${'1'.repeat(64)}`);
    expect((await setUp({ API_IMAGE_TAG: 'staging' })).warnings).toEqual([]);
  });

  it('says why a value of the shell does not count that another environment’s file has as well', async () => {
    await writeFile(join(directory, '.env.prod'), `DOKPLOY_URL=${fake.url}\n`);
    await expect(setUp()).rejects.toThrow(/^DOKPLOY_URL is not set for staging \(what \.env\.prod says/);
  });

  it('warns of a setting that has another value in Dokploy, and shows neither', async () => {
    await setUp();
    const { warnings } = await setUp({ DATABASE_URL: 'postgres://canary-other/ehr' });
    expect(warnings.join()).toContain('DATABASE_URL has another value in Dokploy');
    expect(warnings.join()).not.toContain('canary');
  });

  it('warns of a setting that names another service than the one that was set up', async () => {
    const { id } = await setUp();
    expect((await setUp({ DOKPLOY_API_COMPOSE_ID: id })).warnings).toEqual([]);
    for (const name of ['DOKPLOY_API_COMPOSE_ID', 'DOKPLOY_API_STACK_ID'])
      expect((await setUp({ [name]: 'another' })).warnings.join()).toContain(
        `${name} is set and names another`,
      );
  });

  it('signs Dokploy in anew when the registry’s token was changed', async () => {
    await setUp();
    fake.rotateToken('docker.io', 'canary-rotated');
    const { steps, warnings } = await setUp({ DOCKERHUB_TOKEN: 'canary-rotated' });
    expect(steps.join()).toContain('registry docker.io signed in anew');
    expect([...steps, ...warnings].join()).not.toContain('canary');
    expect(fake.world.registries).toMatchObject([{ password: 'canary-rotated' }]);
  });

  it('takes back what a deploy by the API left behind where a webhook deploys', async () => {
    const { id } = await setUp();
    const row = fake.world.services.get(id)!.row;
    row.env = `API_IMAGE_TAG=staging@sha256:${'1'.repeat(64)}\nAPI_REVISION=abc\nAPI_VERSION=1.0.0\nDATABASE_URL=x`;
    await setUp({ DATABASE_URL: 'x' });
    expect(row.env).toContain('@sha256:');
    const { steps } = await setUp({
      DATABASE_URL: 'x',
      DOKPLOY_WEBHOOK_API: fake.webhookUrl(fake.world.services.get(id)!),
    });
    expect(parse(row.env)).toEqual({
      API_IMAGE_TAG: 'staging',
      API_REVISION: 'unknown',
      API_VERSION: 'unversioned',
      DATABASE_URL: 'x',
      EHR_ENVIRONMENT: 'staging',
      EHR_ISSUERS: 'https://id.example.org',
      EHR_SESSION_SECRET: 'canary-session-secret-0123456789abcdef',
    });
    expect(row['command']).toContain('--pull always');
    expect(steps.join()).toContain('API_IMAGE_TAG, API_REVISION, API_VERSION set back');
  });

  it('replaces the command of an earlier set-up, and no other', async () => {
    const { id } = await setUp();
    const row = fake.world.services.get(id)!.row;
    const command = String(row['command']);
    row['command'] = command.replace('missing', 'always');
    expect((await setUp()).steps.join()).toContain('command');
    expect(row['command']).toBe(command);
  });

  it('tells of each wait for a Dokploy that does not answer', async () => {
    await fake.goDown();
    const waits: string[] = [];
    const options = { environment: 'staging', kind: 'compose', dokployProject: 'x' } as const;
    const env = { DOCKERHUB_USERNAME: 'clinic', DOKPLOY_URL: fake.url, DOKPLOY_API_KEY: 'key' };
    await copyFile(join(workspaceRoot, 'docker-compose.yml'), join(directory, 'docker-compose.yml'));
    const failed = setUpInDokploy(options, contextOf(directory), env, (message) => waits.push(message));
    await expect.poll(() => waits.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await fake.comeUp();
    await expect(failed).rejects.toMatchObject({ code: 'DOKPLOY_UNAUTHORIZED' });
    expect(waits[0]).toContain('does not answer');
  });
});

describe('the address of another service', () => {
  const web = async (env: Record<string, string> = {}) => {
    const { id } = await setUp(env, {}, 'ehr-web');
    return parse(fake.world.services.get(id)?.row.env ?? '')['EHR_API_URL'];
  };

  it('is the one of this environment alone, unless it is said', async () => {
    expect(await web()).toBe('http://ehr-api-staging:3000');
    expect(await web({ EHR_API_URL: 'http://ehr-api:3000' })).toBe('http://ehr-api-staging:3000');
  });

  it('is kept where it names no service', async () => {
    expect(await web({ EHR_API_URL: 'https://api.example.org' })).toBe('https://api.example.org');
  });

  it.each([
    ['that the settings name', (id: string) => ({ DOKPLOY_API_APPLICATION_ID: id })],
    ['that was set up a moment ago, before the settings know of it', () => ({})],
  ])('is the app’s name where the service is an application %s', async (_what, envOf) => {
    const { id } = await setUp({}, { kind: 'application' });
    const name = fake.world.services.get(id)?.row.appName ?? '';
    expect(await web(envOf(id))).toBe(`http://${name}:3000`);
  });

  it('is no application’s of another environment, and none where the settings name a compose', async () => {
    await setUp({}, { kind: 'application', environment: 'prod' });
    expect(await web()).toBe('http://ehr-api-staging:3000');
    await startAnew();
    await setUp({}, { kind: 'application' });
    expect(await web({ DOKPLOY_API_COMPOSE_ID: 'of-another-server' })).toBe('http://ehr-api-staging:3000');
  });
});
