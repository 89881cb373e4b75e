import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { registryAccount, registryRules, startFakeRegistry } from '@ehr/testing-fakes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fake, find, findByWebhook, root, service, useDoctorScene } from '../../test/doctor-scene.ts';

useDoctorScene();

const digest = `sha256:${'1'.repeat(64)}`;

describe('doctor names', () => {
  it('a digest that a deploy by the API left behind where a webhook deploys', async () => {
    const env = service.row.env ?? '';
    service.row.env = `${env}\nAPI_IMAGE_TAG=staging@${digest}`;
    expect((await findByWebhook())['dokploy-pin']).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('left behind') as string,
      hint: expect.stringContaining('dokploy-setup') as string,
    });
    expect((await find())['dokploy-pin'].verdict).toBe('ok');
    service.row.env = `${env}\nAPI_IMAGE_TAG=staging`;
    expect((await findByWebhook())['dokploy-pin'].verdict).toBe('ok');
  });

  it('a revision that a deploy by the API left behind where a webhook deploys', async () => {
    service.row.env = `${service.row.env}\nAPI_IMAGE_TAG=staging\nAPI_REVISION=abc1234`;
    expect((await findByWebhook())['dokploy-pin']).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('abc1234') as string,
    });
    service.row.env = service.row.env.replace('abc1234', 'unknown');
    expect((await findByWebhook())['dokploy-pin'].verdict).toBe('ok');
  });

  it('a log-in that the registry refuses since its token was changed', async () => {
    const registry = await startFakeRegistry(registryRules.ghcr);
    onTestFinished(() => registry.stop());
    const entry = {
      ...{ registryId: 'r', registryName: 'ours', imagePrefix: null, createdAt: '', organizationId: 'o' },
      ...registryAccount,
      password: registryAccount.password as string,
      ...{ registryUrl: registry.host, registryType: 'cloud' as const },
    };
    const login = async (changes: Readonly<Record<string, string>> = {}) =>
      (await find({ REGISTRY: registry.host, DOCKERHUB_TOKEN: registryAccount.password, ...changes }))[
        'dokploy-registry-login'
      ];
    expect(await login()).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('none') as string,
    });
    fake.world.registries.push(entry);
    expect((await login()).verdict).toBe('ok');
    entry.password = 'canary-before-the-change';
    expect(await login()).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('does not let Dokploy pull as clinic') as string,
      hint: expect.stringContaining('dokploy-setup') as string,
    });
    const application = fake.addService({ name: 'ehr-api', kind: 'application', sourceType: 'docker' });
    const own = { DOKPLOY_API_COMPOSE_ID: '', DOKPLOY_API_APPLICATION_ID: application.id };
    Object.assign(application.row, registryAccount);
    expect((await login(own)).verdict).toBe('ok');
    Object.assign(application.row, { password: 'canary-before-the-change' });
    expect((await login(own)).verdict).toBe('fail');
    Object.assign(application.row, { username: null, registryId: 'r' });
    expect((await login(own)).verdict).toBe('fail');
  });

  it('a production without the database that it does not start without', async () => {
    await writeFile(
      join(root, 'Dockerfile'),
      'LABEL connect.ehr.data=/data connect.ehr.data-unless=DATABASE_URL\n',
    );
    service.row['composeFile'] = 'services: { ehr-api: { volumes: ["data:/data"] } }';
    const kept = async () => (await find({}, 'prod'))['data-kept'];
    expect((await kept()).verdict).toBe('ok');
    service.row.env = '';
    expect(await kept()).toMatchObject({
      verdict: 'fail',
      message: 'DATABASE_URL is not set: the service does not start in prod without it',
      hint: expect.stringMatching(/PostgreSQL.*EHR_ALLOW_EMBEDDED_DATABASE=true/) as string,
    });
    service.row.env = 'EHR_ALLOW_EMBEDDED_DATABASE=true';
    expect((await kept()).verdict).toBe('warn');
  });

  it('a stack that a bad version takes down', async () => {
    const stack = fake.addService({ name: 'ehr-api', kind: 'stack', sourceType: 'raw' });
    const rules = async () =>
      (await find({ DOKPLOY_API_COMPOSE_ID: '', DOKPLOY_API_STACK_ID: stack.id }))['dokploy-update-rules'];
    stack.row['composeFile'] = 'services: { ehr-api: { image: a } }';
    expect((await rules()).verdict).toBe('fail');
    stack.row['composeFile'] =
      'services: { ehr-api: { deploy: { update_config: { failure_action: rollback } } } }';
    expect((await rules()).verdict).toBe('ok');
    stack.row.sourceType = 'github';
    expect((await rules()).verdict).toBe('unknown');
    expect((await find())['dokploy-update-rules'].verdict).toBe('not-used');
  });

  it('a Dokploy of another version than the one whose answers are known', async () => {
    fake.world.version = 'v0.31.0';
    expect((await find())['dokploy-version']).toMatchObject({
      verdict: 'warn',
      message: 'v0.31.0; tested with v0.30.2',
    });
  });
});
