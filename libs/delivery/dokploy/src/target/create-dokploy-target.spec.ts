import { formatReference, Secret } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { arrange, type Arranged, pinOf, quiet, repository } from '../../test/arrange.ts';

it.each(['compose', 'stack', 'application'] as const)(
  'a Dokploy target of kind %s pins the digest, deploys it and says what it holds, in Dokploy’s record, too',
  async (kind) => {
    const { fake, service, deploy } = await arrange(kind);
    const login = () => ['username', 'password', 'registryUrl'].map((column) => service.row[column]);
    const before = login();
    const target = await deploy({ newMarker: () => 'run-1' });
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('2').image)]);
    expect(await target.inspect()).toEqual({
      image: pinOf('2').image,
      revision: pinOf('2').revision,
      version: '1.0.2',
      healthUrl: 'https://api.example.org/health',
      digest: pinOf('2').image.digest,
      environment: null,
      keepsData: null,
    });
    expect(fake.rows(service.id)).toMatchObject([
      {
        title: 'ehr-api 1.0.2 (2222222)',
        description: `service=ehr-api version=1.0.2 revision=${'2'.repeat(40)} digest=sha256:${'2'.repeat(64)} run=run-1`,
      },
    ]);
    // An application's registry credentials stay.
    expect(login()).toEqual(before);
  },
);

describe('pinning', () => {
  it('changes three variables of a compose and not one other byte', async () => {
    const { service, triggered } = await arrange('compose');
    const digest = `sha256:${'2'.repeat(64)}`;
    const expected = service.row.env?.replace('API_IMAGE_TAG=staging', `API_IMAGE_TAG=staging@${digest}`);
    await triggered();
    expect(service.row.env).toBe(`${expected}\nAPI_REVISION=${'2'.repeat(40)}\nAPI_VERSION=1.0.2`);
  });

  it('works with a member’s key, without the right to change services', async () => {
    const { fake, service, deploy } = await arrange('compose');
    const key = fake.addKey({ member: { services: [service.id] } });
    await deploy({ apiKey: new Secret(key) });
    expect(fake.seen.every(({ status }) => status === 200)).toBe(true);
  });

  it.each<[string, 'compose' | 'application', (arranged: Arranged) => Promise<unknown>]>([
    [
      'a compose file that does not use the variable',
      'compose',
      ({ service, triggered }) => {
        service.row['composeFile'] = `services:\n  ehr-api:\n    image: ${repository}:staging\n`;
        return triggered();
      },
    ],
    [
      'an application that Dokploy builds itself',
      'application',
      ({ service, triggered }) => {
        service.row.sourceType = 'github';
        return triggered();
      },
    ],
    [
      'an image of another repository',
      'compose',
      ({ target }) => target({ repository: { registry: 'ghcr.io', repository: 'x/y' } }).trigger(pinOf('2')),
    ],
    ['a compose that is a stack', 'compose', ({ triggered }) => triggered({ kind: 'stack' })],
  ])('refuses %s, before any write', async (_what, kind, trigger) => {
    const arranged = await arrange(kind);
    expect((await arranged.failure(trigger(arranged))).code).toBe('DOKPLOY_SERVICE_UNFIT');
    expect(arranged.fake.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each(['compose', 'application'] as const)(
    'does not deploy a %s whose write did not stick',
    async (kind) => {
      const { fake, service, triggered, failure } = await arrange(kind);
      // Somebody else's version of the row comes back at every read.
      const env = service.row.env;
      Object.defineProperty(service.row, 'env', { get: () => env, set: quiet, enumerable: true });
      expect((await failure(triggered())).code).toBe('DOKPLOY_PIN_LOST');
      expect(fake.seen.some(({ path }) => path.endsWith('.deploy'))).toBe(false);
    },
  );

  it('writes again when another service of the same compose wrote over it', async () => {
    const { service, triggered } = await arrange('compose');
    const { row } = service;
    let env = row.env;
    let writes = 0;
    Object.defineProperty(row, 'env', {
      enumerable: true,
      get: () => env,
      set: (text: string) => {
        writes += 1;
        // The other one had read before our write, and saves after it.
        env = writes === 1 ? `${env}\nWEB_IMAGE_TAG=staging@sha256:web` : text;
      },
    });
    await triggered();
    expect(row.env).toContain(`API_IMAGE_TAG=staging@sha256:${'2'.repeat(64)}`);
    expect(row.env).toContain('WEB_IMAGE_TAG=staging@sha256:web');
  });
});
