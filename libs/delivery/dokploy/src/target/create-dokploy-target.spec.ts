import { Secret, formatReference } from '@ehr/delivery-core';
import { afterEach, describe, expect, it } from 'vitest';
import { arrange, failureOf, pinOf, repository, type Arranged } from '../../test/arrange.ts';

let arranged: Arranged;
afterEach(() => arranged.fake.stop());

const quiet = () => undefined;

describe.each(['compose', 'stack', 'application'] as const)('a Dokploy target of kind %s', (kind) => {
  it('pins the digest, deploys it and says what it holds', async () => {
    arranged = await arrange(kind);
    const { fake, service } = arranged;
    const target = arranged.target();
    await target.trigger(pinOf('2'));
    await target.settle(quiet);
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('2').image)]);
    expect(await target.inspect()).toEqual({
      image: pinOf('2').image,
      revision: pinOf('2').revision,
      version: '1.0.2',
      healthUrl: 'https://api.example.org/health',
    });
    expect(fake.rows(service.id)).toHaveLength(1);
  });

  it('tells service, version, revision and digest in Dokploy’s record', async () => {
    arranged = await arrange(kind);
    const target = arranged.target({ newMarker: () => 'run-1' });
    await target.trigger(pinOf('2'));
    await target.settle(quiet);
    const [row] = arranged.fake.rows(arranged.service.id);
    expect(row?.title).toBe('ehr-api 1.0.2 (2222222)');
    expect(row?.description).toBe(
      `service=ehr-api version=1.0.2 revision=${'2'.repeat(40)} digest=sha256:${'2'.repeat(64)} run=run-1`,
    );
  });
});

describe('pinning', () => {
  it('changes three variables of a compose and not one other byte', async () => {
    arranged = await arrange('compose');
    const before = arranged.service.row.env ?? '';
    await arranged.target().trigger(pinOf('2'));
    const expected = before.replace(
      'API_IMAGE_TAG=staging',
      `API_IMAGE_TAG=staging@sha256:${'2'.repeat(64)}`,
    );
    expect(arranged.service.row.env).toBe(`${expected}\nAPI_REVISION=${'2'.repeat(40)}\nAPI_VERSION=1.0.2`);
  });

  it('keeps an application’s registry credentials', async () => {
    arranged = await arrange('application');
    await arranged.target().trigger(pinOf('2'));
    expect(arranged.service.row).toMatchObject({
      username: 'puller',
      password: 'canary-registry-password',
      registryUrl: 'docker.io',
    });
  });

  it('works with a member’s key, without the right to change services', async () => {
    arranged = await arrange('compose');
    const key = arranged.fake.addKey({ member: { services: [arranged.service.id] } });
    const target = arranged.target({ apiKey: new Secret(key) });
    await target.trigger(pinOf('2'));
    await target.settle(quiet);
    expect(arranged.fake.seen.every(({ status }) => status === 200)).toBe(true);
  });

  it('refuses a compose file that does not use the variable, before any write', async () => {
    arranged = await arrange('compose');
    arranged.service.row['composeFile'] = `services:\n  ehr-api:\n    image: ${repository}:staging\n`;
    const error = await failureOf(arranged.target().trigger(pinOf('2')), [arranged.fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_SERVICE_UNFIT');
    expect(arranged.fake.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('refuses an application that Dokploy builds itself, before any write', async () => {
    arranged = await arrange('application');
    arranged.service.row.sourceType = 'github';
    const error = await failureOf(arranged.target().trigger(pinOf('2')), [arranged.fake.ownerKey]);
    expect(error.code).toBe('DOKPLOY_SERVICE_UNFIT');
    expect(arranged.fake.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('refuses an image of another repository, and a compose that is a stack', async () => {
    arranged = await arrange('compose');
    const elsewhere = {
      ...pinOf('2'),
      image: { ...pinOf('2').image, registry: 'ghcr.io', repository: 'x/y' },
    };
    const wrongImage = await failureOf(arranged.target().trigger(elsewhere), []);
    const wrongKind = await failureOf(arranged.target({ kind: 'stack' }).trigger(pinOf('2')), []);
    expect([wrongImage.code, wrongKind.code]).toEqual(['DOKPLOY_SERVICE_UNFIT', 'DOKPLOY_SERVICE_UNFIT']);
    expect(arranged.fake.rows(arranged.service.id)).toEqual([]);
  });

  it.each(['compose', 'application'] as const)(
    'does not deploy a %s whose write did not stick',
    async (kind) => {
      arranged = await arrange(kind);
      const { service } = arranged;
      // Somebody else's version of the row comes back at every read.
      const env = service.row.env;
      Object.defineProperty(service.row, 'env', { get: () => env, set: quiet, enumerable: true });
      const error = await failureOf(arranged.target().trigger(pinOf('2')), [arranged.fake.ownerKey]);
      expect(error.code).toBe('DOKPLOY_PIN_LOST');
      expect(arranged.fake.seen.some(({ path }) => path.endsWith('.deploy'))).toBe(false);
    },
  );

  it('writes again when another service of the same compose wrote over it', async () => {
    arranged = await arrange('compose');
    const { row } = arranged.service;
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
    await arranged.target().trigger(pinOf('2'));
    expect(row.env).toContain(`API_IMAGE_TAG=staging@sha256:${'2'.repeat(64)}`);
    expect(row.env).toContain('WEB_IMAGE_TAG=staging@sha256:web');
  });
});
