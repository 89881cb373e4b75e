import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '@nx/devkit';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../test/run-doctor.ts';
import { directory, fake, setUp, useScene } from '../../test/set-up-scene.ts';
import { settingsToStore } from './render-set-up.ts';
import { setUpInDokploy } from './set-up-in-dokploy.ts';

useScene();

describe('what setUpInDokploy warns of or refuses', () => {
  const dockerfile = 'LABEL connect.ehr.data="/data" connect.ehr.data-unless="DATABASE_URL"\n';
  const withLabels = () => writeFile(join(directory, 'Dockerfile'), dockerfile);

  it('refuses an application that would lose its data, before anything of it is there', async () => {
    await withLabels();
    await expect(setUp({ DATABASE_URL: '' }, { kind: 'application' })).rejects.toMatchObject({
      code: 'DATA_NOT_KEPT',
      message: expect.stringContaining('/data') as string,
    });
    expect([...fake.world.services.values()]).toEqual([]);
    await setUp({}, { kind: 'application' });
    await setUp({ DATABASE_URL: '' }, { kind: 'compose', dokployProject: 'other' });
  });

  it('takes a volume that somebody mounted in Dokploy', async () => {
    await setUp({ DATABASE_URL: '' }, { kind: 'application' });
    await withLabels();
    await expect(setUp({ DATABASE_URL: '' }, { kind: 'application' })).rejects.toThrow('/data');
    for (const { row } of fake.world.services.values()) row['mounts'] = [{ mountPath: '/data' }];
    await setUp({ DATABASE_URL: '' }, { kind: 'application' });
  });

  it('warns where prod has no database', async () => {
    const prod = { environment: 'prod' } as const;
    expect((await setUp({ DATABASE_URL: '' }, prod)).warnings.join()).toContain(
      'DATABASE_URL is not set for prod',
    );
    expect((await setUp({ DATABASE_URL: '', EHR_ALLOW_EMBEDDED_DATABASE: 'true' }, prod)).warnings).toEqual(
      [],
    );
    expect((await setUp({ DATABASE_URL: '' })).warnings).toEqual([]);
  });

  it('warns of another port than the one that is published, and suggests the published one', async () => {
    const first = await setUp({}, { publishPort: 4300 });
    expect(settingsToStore(first.stored)).toMatchObject({ API_PUBLIC_URL: 'http://127.0.0.1:4300' });
    expect(first.warnings).toEqual([]);
    expect((await setUp({}, { publishPort: 4400 })).warnings.join()).toContain('published port');
  });

  it('warns of a registry sign-in that is not that of the settings any more', async () => {
    await setUp();
    expect((await setUp()).warnings).toEqual([]);
    const { warnings } = await setUp({ DOCKERHUB_TOKEN: 'canary-rotated' });
    expect(warnings.join()).toContain('another user or password');
    expect(warnings.join()).not.toContain('canary');
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
    const options = { environment: 'staging', kind: 'compose', dokployProject: 'x', waitSeconds: 1 } as const;
    const env = { DOCKERHUB_USERNAME: 'clinic', DOKPLOY_URL: fake.url, DOKPLOY_API_KEY: 'key' };
    await copyFile(join(workspaceRoot, 'docker-compose.yml'), join(directory, 'docker-compose.yml'));
    const failed = setUpInDokploy(options, contextOf(directory), env, (message) => waits.push(message));
    await expect.poll(() => waits.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await fake.comeUp();
    await expect(failed).rejects.toMatchObject({ code: 'DOKPLOY_UNAUTHORIZED' });
    expect(waits[0]).toContain('does not answer');
  }, 20_000);
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

  it('is the app’s name where the service is an application', async () => {
    const { id } = await setUp({}, { kind: 'application' });
    const name = fake.world.services.get(id)?.row.appName ?? '';
    expect(await web({ DOKPLOY_API_APPLICATION_ID: id })).toBe(`http://${name}:3000`);
  });
});
