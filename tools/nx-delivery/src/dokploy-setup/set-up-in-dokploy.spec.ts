import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '@ehr/delivery-core';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { directory, fake, setUp, startAnew, useScene } from '../../test/set-up-scene.ts';
import { renderSettings, settingsToStore } from './render-set-up.ts';
import { type StoredSettings } from './set-up-in-dokploy.ts';

const writes = () => fake.seen.filter(({ method }) => method === 'POST').length;

useScene();

describe('setUpInDokploy', () => {
  it('creates the service with its compose file, its first values and the registry’s log-in', async () => {
    const { id, steps } = await setUp();
    const row = fake.world.services.get(id)?.row;
    expect(row?.['composeFile']).toContain('image: docker.io/clinic/ehr-api:${API_IMAGE_TAG:?}');
    expect(row?.env?.split('\n')).toEqual([
      'API_IMAGE_TAG=staging',
      'DATABASE_URL=postgres://ehr:canary-database-password@db/ehr',
      'EHR_ISSUERS=https://id.example.org',
      'EHR_SESSION_SECRET=canary-session-secret-0123456789abcdef',
      'EHR_ENVIRONMENT=staging',
      '',
    ]);
    expect(fake.world.registries).toMatchObject([{ registryUrl: 'docker.io', username: 'clinic' }]);
    expect(steps.join()).not.toContain('canary');
  });

  it('writes a value so that Dokploy reads it back whole', async () => {
    for (const value of ['postgres://ehr:a#b@db/ehr', "with 'quotes'", 'two\nlines']) {
      await startAnew();
      const { id } = await setUp({ DATABASE_URL: value });
      expect(parse(fake.world.services.get(id)?.row.env ?? '')).toMatchObject({ DATABASE_URL: value });
    }
  });

  it.each(['compose', 'stack', 'application'] as const)(
    'changes nothing of a %s the second time',
    async (kind) => {
      const first = await setUp({}, { kind });
      const before = writes();
      const second = await setUp({}, { kind });
      expect([second.id, writes()]).toEqual([first.id, before]);
      expect(second.steps.every((step) => step.endsWith('was there'))).toBe(true);
    },
  );

  it.each(['compose', 'application'] as const)(
    'tells the API of a %s under which address it is reached, and no other service',
    async (kind) => {
      const addresses = { API_PUBLIC_URL: 'https://api.clinic.org', WEB_PUBLIC_URL: 'https://clinic.org' };
      const [api, web] = [await setUp(addresses, { kind }), await setUp(addresses, { kind }, 'ehr-web')];
      const told = (id: string) => parse(fake.world.services.get(id)?.row.env ?? '')['EHR_PUBLIC_URL'];
      expect([told(api.id), told(web.id)]).toEqual(['https://api.clinic.org', undefined]);
    },
  );

  it('creates no registry log-in when nobody signed in, and takes the one of docker login', async () => {
    await setUp({ DOCKERHUB_TOKEN: '' });
    expect(fake.world.registries).toEqual([]);
    const auth = Buffer.from('ada:canary-from-docker').toString('base64');
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { 'docker.io': { auth } } }));
    await setUp({ DOCKERHUB_TOKEN: '' });
    expect(fake.world.registries).toMatchObject([{ username: 'ada' }]);
  });

  it('needs an owner’s key, and says so', async () => {
    const member = fake.addKey({ member: { services: [] } });
    const error = await setUp({ DOKPLOY_API_KEY: member }).catch((reason: unknown) => describeError(reason));
    expect(error).toMatchObject({
      code: 'DOKPLOY_UNAUTHORIZED',
      hint: expect.stringMatching(/ask one .* access to ehr-api/s) as string,
    });
    // No sentence twice, in brackets.
    expect((error as { message: string }).message).toMatch(/^Dokploy's user of this key may not [^()]*\.$/);
    await expect(setUp({ DOKPLOY_API_KEY: '' })).rejects.toMatchObject({
      message: 'DOKPLOY_API_KEY is not set for staging.',
    });
  });

  it('names everything that is missing at once', async () => {
    const refusal = setUp({ DOCKERHUB_USERNAME: '', DOKPLOY_URL: '' });
    await expect(refusal).rejects.toMatchObject({
      message: 'DOCKERHUB_USERNAME is not set for staging.\nDOKPLOY_URL is not set for staging.',
    });
  });

  it('publishes no port of an application', async () => {
    await expect(setUp({}, { kind: 'application', publishPort: 4300 })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
    expect(writes()).toBe(0);
  });
});

describe('renderSettings', () => {
  const stored: StoredSettings = {
    url: 'https://dokploy.example.org',
    kind: 'compose',
    id: 'c1',
    environment: 'staging',
    variablePrefix: 'API',
    publicUrl: undefined,
  };

  it('can be pasted as it is: into .env.<environment>, and into a shell; the key is asked for, not shown', () => {
    expect(renderSettings(stored).split('\n')).toEqual([
      '# For .env.staging',
      'DOKPLOY_URL=https://dokploy.example.org',
      'DOKPLOY_API_COMPOSE_ID=c1',
      '# With the domain you give the service in Dokploy:',
      '# API_PUBLIC_URL=https://api.staging.example.org',
      '# From here on a member’s key with access to the service is enough, as DOKPLOY_API_KEY.',
      '',
      '# For GitHub Actions',
      "gh variable set DOKPLOY_URL --env staging --body 'https://dokploy.example.org'",
      "gh variable set DOKPLOY_API_COMPOSE_ID --env staging --body 'c1'",
      '# With the domain you give the service in Dokploy:',
      "# gh variable set API_PUBLIC_URL --env staging --body 'https://api.staging.example.org'",
      '# Asks for the key:',
      'gh secret set DOKPLOY_API_KEY --env staging',
      '',
    ]);
  });

  it('takes nothing away from the settings it is pasted below, and adds nothing that is only an example', () => {
    const filled = { DOKPLOY_API_KEY: 'key', API_PUBLIC_URL: 'https://api.clinic.org' };
    const file = Object.entries(filled).map((pair) => pair.join('='));
    const [block = ''] = renderSettings(stored).split('\n\n');
    expect(parse([...file, block].join('\n'))).toEqual({
      ...filled,
      DOKPLOY_URL: 'https://dokploy.example.org',
      DOKPLOY_API_COMPOSE_ID: 'c1',
    });
  });

  it('keeps a public address that is set', () => {
    const publicUrl = 'https://api.clinic.org';
    expect(settingsToStore({ ...stored, publicUrl })).toMatchObject({ API_PUBLIC_URL: publicUrl });
    expect(renderSettings({ ...stored, publicUrl })).not.toContain('With the domain');
    expect(settingsToStore(stored)).not.toHaveProperty('API_PUBLIC_URL');
  });
});
