import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeCommand } from '@ehr/delivery-dokploy';
import { describe, expect, it } from 'vitest';
import { clock, fake, find, findByWebhook, root, service, useDoctorScene } from '../../test/doctor-scene.ts';

useDoctorScene();

describe('doctor, where Dokploy deploys', () => {
  it('finds nothing wrong with a service that is set up as it should be', async () => {
    const found = await find();
    const names = Object.keys(found).filter(
      (name) =>
        name.startsWith('dokploy-') && !['dokploy-registry-login', 'dokploy-update-rules'].includes(name),
    );
    for (const name of names)
      expect(found[name as keyof typeof found]).toMatchObject({ verdict: 'ok', hint: null });
    expect(found['dokploy-service'].message).toContain('ehr-api');
  });

  it('goes on with Dokploy when the registry does not answer, and the other way round', async () => {
    await fake.goDown();
    const found = await find();
    expect(found['dokploy-reachable'].verdict).toBe('fail');
    expect(found['registry-reachable'].verdict).toBe('fail');
    expect(found['dokploy-service']).toMatchObject({ verdict: 'unknown' });
    expect(found['environment-frozen']).toMatchObject({ verdict: 'unknown' });
  });

  it('tells a wrong key from a throttled one', async () => {
    const wrong = await find({ DOKPLOY_API_KEY: 'canary-wrong-key' });
    expect(wrong['dokploy-reachable'].verdict).toBe('ok');
    expect(wrong['dokploy-key']).toMatchObject({ verdict: 'fail' });
    expect(wrong['dokploy-key'].message).toContain('does not accept');
    expect(wrong['dokploy-service'].verdict).toBe('unknown');
    const key = fake.addKey({ limit: { max: 4, windowMs: 86_400_000 } });
    const throttled = await find({ DOKPLOY_API_KEY: key });
    expect(throttled['dokploy-key'].verdict).toBe('fail');
    expect(throttled['dokploy-key'].message).toContain('throttled');
    expect(JSON.stringify(throttled)).not.toContain(key);
  });

  it('says that the service is gone, may not be used with the key, or is of another kind', async () => {
    const application = fake.addService({ name: 'ehr-api', kind: 'application' });
    for (const changes of [
      { DOKPLOY_API_COMPOSE_ID: 'gone' },
      { DOKPLOY_API_KEY: fake.addKey({ member: { services: [] } }) },
      { DOKPLOY_API_COMPOSE_ID: '', DOKPLOY_API_STACK_ID: service.id },
      { DOKPLOY_API_COMPOSE_ID: application.id },
    ])
      expect((await find(changes))['dokploy-service']).toMatchObject({ verdict: 'fail' });
  });

  it('warns of auto deploy that is off, and fails where a webhook deploys', async () => {
    service.row.autoDeploy = false;
    expect((await find())['dokploy-auto-deploy'].verdict).toBe('warn');
    expect((await findByWebhook())['dokploy-auto-deploy'].verdict).toBe('fail');
  });

  it('sees a pin that nothing uses, and one it cannot see', async () => {
    service.row['composeFile'] = 'services: { ehr-api: { image: "x:latest" } }';
    expect((await find())['dokploy-pin'].verdict).toBe('fail');
    service.row.sourceType = 'github';
    expect((await find())['dokploy-pin'].verdict).toBe('unknown');
  });

  it('warns of a done that means nothing, and of a webhook that pulls nothing', async () => {
    service.row['command'] = '';
    const found = await find();
    expect([found['dokploy-done-healthy'].verdict, found['dokploy-pull'].verdict]).toEqual(['warn', 'ok']);
    expect((await findByWebhook())['dokploy-pull'].verdict).toBe('fail');
  });

  it('names missing variables and never their values; a deploy by the API writes its own', async () => {
    service.row.env = '';
    const missing = (await find())['dokploy-variables'];
    expect([missing.verdict, missing.message]).toEqual(['fail', 'DATABASE_URL not set']);
    expect((await findByWebhook())['dokploy-variables'].message).toBe('API_IMAGE_TAG, DATABASE_URL not set');
  });

  it('sees a queue that is stuck, whoever’s job it is', async () => {
    fake.queue.hold();
    fake.queue.add(fake.addService({ name: 'other', kind: 'compose' }), 'deploy', 'theirs', '');
    expect((await find())['dokploy-queue'].verdict).toBe('ok');
    clock.now += 16 * 60_000;
    expect((await find())['dokploy-queue']).toMatchObject({ verdict: 'fail' });
  });

  it('knows of a webhook alone no more than that Dokploy answers, and shows no address', async () => {
    const found = await findByWebhook({ DOKPLOY_API_KEY: '' });
    expect(found['dokploy-reachable'].verdict).toBe('ok');
    expect(found['dokploy-key']).toMatchObject({
      verdict: 'unknown',
      message: 'a webhook tells nothing of this',
    });
    await fake.goDown();
    expect((await findByWebhook({ DOKPLOY_API_KEY: '' }))['dokploy-reachable'].verdict).toBe('fail');
  });

  it('has one failure for a setting that is missing, and names it', async () => {
    const found = await find({ DOKPLOY_API_KEY: '' });
    expect(found.settings).toMatchObject({ verdict: 'fail' });
    expect(found.settings.message).toContain('DOKPLOY_API_KEY');
    expect(found['dokploy-key'].verdict).toBe('unknown');
    expect(found['registry-reachable'].verdict).toBe('fail');
  });

  it('asks Dokploy all the same where the service’s address is not said yet', async () => {
    const found = await find({ API_PUBLIC_URL: '' });
    expect(found.settings.message).toBe(
      'API_PUBLIC_URL is not set for staging, which is deployed by Dokploy.',
    );
    for (const name of ['dokploy-reachable', 'dokploy-key', 'dokploy-service', 'dokploy-queue'] as const)
      expect(found[name].verdict).toBe('ok');
    expect(found['public-route'].verdict).toBe('unknown');
  });

  it('leaves Dokploy out where docker compose deploys', async () => {
    const found = await find({ DOKPLOY_URL: '' });
    for (const { name, verdict } of Object.values(found)) {
      if (name.startsWith('dokploy-')) expect([name, verdict]).toEqual([name, 'not-used']);
    }
  });

  it('warns of a command that asks the registry for what the host has', async () => {
    service.row['command'] = composeCommand(service.row.appName).replace('missing', 'always');
    expect((await find())['dokploy-pull'].verdict).toBe('warn');
    expect((await findByWebhook())['dokploy-pull'].verdict).toBe('ok');
  });

  it('names a variable that leads to any environment’s service', async () => {
    const env = service.row.env ?? '';
    service.row.env = `${env}\nEHR_API_URL=http://ehr-api:3000`;
    expect((await find())['dokploy-own-name']).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('EHR_API_URL is ehr-api') as string,
    });
    service.row.env = `${env}\nEHR_API_URL=http://ehr-api-staging:3000`;
    expect((await find())['dokploy-own-name'].verdict).toBe('ok');
  });

  it('says what to do for a key whose user has no access', async () => {
    const key = fake.addKey({ member: { services: [] } });
    const { hint } = (await find({ DOKPLOY_API_KEY: key }))['dokploy-service'];
    expect(hint).toContain('access');
  });

  it('tells of restarts, and that nobody tells', async () => {
    service.running.images = { 'ehr-api': 'docker.io/clinic/ehr-api:staging' };
    service.running.health = 'healthy';
    expect((await find())['service-restarts'].verdict).toBe('ok');
    service.running.restarts = 7;
    expect((await find())['service-restarts']).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('7') as string,
    });
    const key = fake.addKey({ member: { services: [service.id] } });
    expect((await find({ DOKPLOY_API_KEY: key }))['service-restarts']).toMatchObject({
      verdict: 'unknown',
      hint: expect.stringContaining('a key that may look into Docker') as string,
    });
  });

  it('fails where the service would lose its data', async () => {
    const labels = 'LABEL connect.ehr.data=/data connect.ehr.data-unless=DATABASE_URL\n';
    await writeFile(join(root, 'Dockerfile'), labels);
    expect((await find())['data-kept']).toMatchObject({ verdict: 'ok' });
    service.row.env = '';
    expect((await find())['data-kept']).toMatchObject({
      verdict: 'fail',
      message: 'nothing is mounted at /data, and DATABASE_URL is not set',
    });
    service.row['composeFile'] = 'services: { ehr-api: { volumes: ["data:/data"] } }';
    expect((await find())['data-kept']).toMatchObject({
      verdict: 'fail',
      message: 'DATABASE_URL is not set: the service does not start in staging without it',
    });
    service.row.env = 'EHR_ALLOW_EMBEDDED_DATABASE=true';
    expect((await find())['data-kept'].verdict).toBe('warn');
    service.row.sourceType = 'github';
    expect((await find())['data-kept'].verdict).toBe('unknown');
  });
});
