import { history } from '@ehr/delivery-core';
import { inspectRegistry } from '@ehr/delivery-registry';
import {
  type FakeRegistry,
  registryAccount,
  type RegistryRules,
  registryRules,
  startFakeRegistry,
} from '@ehr/testing-fakes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliveriesTo } from './registry-deliveries.ts';

/** More than two chunks. */
const LARGEST = 9_000_000;
const REPOSITORY = 'acme/ehr-api';

/** A registry with these rules, a repository and its sibling that somebody made, and deliveries to it. */
async function open(rules: RegistryRules, repositories?: readonly string[]) {
  const account = { ...registryAccount, ...(repositories !== undefined && { repositories }) };
  const fake = await startFakeRegistry(rules, { account });
  for (const name of [REPOSITORY, 'acme/ehr-web']) fake.repository(name);
  const place = {
    registry: fake.host,
    repository: REPOSITORY,
    credentials: registryAccount,
    retryDelayMs: 1,
  };
  const deliveries = await deliveriesTo({ ...place, mountFrom: 'acme/ehr-web' }, { largest: LARGEST });
  onTestFinished(async () => {
    await deliveries.remove();
    await fake.stop();
  });
  return { fake, place, deliveries };
}

const pulls = ({ requests }: FakeRegistry) =>
  requests.filter(
    ({ method, path, status }) => method === 'GET' && path.includes('/manifests/') && status === 200,
  );

describe.each(Object.entries(registryRules))('a registry with the rules of %s', (_key, rules) => {
  it('gets images, is deployed from, released from and rolled back to, and keeps the journal', async () => {
    const { fake, place, deliveries } = await open(rules);
    const [first, second, third] = await Promise.all(['1', '2', '3'].map((line) => deliveries.image(line)));
    if (!first || !second || !third) throw new Error('There are three.');
    expect((await deliveries.ship(first)).error).toBeNull();
    const stored = fake.repository(REPOSITORY);
    // As many bytes as the layout has, none twice.
    expect([...stored.blobs.values()].some(({ length }) => length === LARGEST)).toBe(true);

    expect(await deliveries.ship(second)).toMatchObject({ outcome: 'deployed', error: null });
    expect(await deliveries.ship(third, { release: 'v1.2.3' })).toMatchObject({
      outcome: 'deployed',
      error: null,
    });
    expect(await deliveries.ship(third, { release: 'v1.2.3' })).toMatchObject({ outcome: 'unchanged' });
    for (const tag of ['prod', 'latest', 'v1.2.3', '1.2.3', '1.2', '1'])
      expect(stored.tags.get(tag), tag).toBe(third.digest);

    expect(await deliveries.rollback()).toMatchObject({ outcome: 'deployed', error: null });
    expect([stored.tags.get('prod'), stored.tags.get('latest')]).toEqual([second.digest, second.digest]);
    expect(stored.tags.get('v1.2.3')).toBe(third.digest);
    fake.requests.length = 0;
    const told = await history({ environment: 'prod', limit: 20 }, { registry: deliveries.client() });
    expect(told.map(({ kind, digest }) => [kind, digest])).toEqual([
      ['released', second.digest],
      ['frozen', second.digest],
      ['released', third.digest],
      ['released', second.digest],
      ['released', first.digest],
    ]);
    expect(pulls(fake).length).toBeLessThanOrEqual(3);

    const inspector = inspectRegistry(place);
    await inspector.read();
    await inspector.write();
    expect(await inspector.isPublic()).toBe(false);
  });
});

describe('a sign-in for one repository alone', () => {
  it.each([true, false])(
    'can push to it (the token service reads several scopes of one parameter: %s)',
    async (splitsScopes) => {
      const { fake, deliveries } = await open({ ...registryRules.dockerHub, splitsScopes }, [REPOSITORY]);
      expect(await deliveries.ship(await deliveries.image('1'))).toMatchObject({
        outcome: 'deployed',
        error: null,
      });
      expect(fake.requests.filter(({ path }) => path.includes('mount='))).not.toEqual([]);
    },
  );

  it('takes blobs over from the sibling where it may, also from a strict token service', async () => {
    const { fake, deliveries } = await open({ ...registryRules.dockerHub, splitsScopes: false });
    const image = await deliveries.image('1');
    await deliveries.ship(image);
    const [own, sibling] = [fake.repository(REPOSITORY), fake.repository('acme/ehr-web')];
    for (const [digest, blob] of own.blobs) if (blob.length === LARGEST) sibling.blobs.set(digest, blob);
    own.blobs.clear();
    own.manifests.clear();
    own.tags.clear();
    expect((await deliveries.ship(await deliveries.image('2'))).sentBytes).toBeLessThan(LARGEST);
  });
});

describe('what a change costs', () => {
  it.each([
    ['dev', false, 30],
    ['dev', true, 41],
    ['prod', false, 32],
    ['prod', true, 43],
  ] as const)(
    'in %s (attested: %s): a line in the service, the base is there',
    async (environment, attested, most) => {
      const { fake, place } = await open(registryRules.dockerHub);
      const deliveries = await deliveriesTo(place, { environment });
      onTestFinished(() => deliveries.remove());
      await deliveries.ship(await deliveries.image('1'), { attested });
      fake.requests.length = 0;
      const report = await deliveries.ship(await deliveries.image('2'), { attested });
      expect(report).toMatchObject({ outcome: 'deployed' });
      expect(fake.requests.length).toBeLessThanOrEqual(most);
      expect(pulls(fake).length).toBeLessThanOrEqual(2);
    },
  );

  it('of a release that another environment had: no more than 50 requests', async () => {
    const { fake, deliveries } = await open(registryRules.dockerHub);
    const image = await deliveries.image('1');
    await deliveries.ship(image);
    fake.requests.length = 0;
    await deliveries.ship(image, { release: 'v1.2.3' });
    expect(fake.requests.length).toBeLessThanOrEqual(50);
  });
});

describe('answers that are allowed, and rare', () => {
  const { dockerHub } = registryRules;

  it.each<[string, Partial<RegistryRules>]>([
    ['no digest in any answer', { namesDigest: false }],
    ['chunks of at least 5 MiB', { chunks: { smallest: 5 * 1024 * 1024, status: 202, kept: 'all' } }],
    ['uploads that are sent on elsewhere', { redirectsUploads: true }],
    ['no chunks at all', { chunks: { largest: 0, status: 202, kept: 'all' } }],
    ['tags by twos, in any order', { tags: { page: 2, last: false, inOrder: false } }],
  ])('%s', async (_name, changes) => {
    const { fake, deliveries } = await open({ ...dockerHub, ...changes });
    const image = await deliveries.image('1');
    expect(await deliveries.ship(image, { release: 'v1.0.0' })).toMatchObject({
      outcome: 'deployed',
      error: null,
    });
    const { tags } = fake.repository(REPOSITORY);
    expect([tags.get('prod'), tags.get('v1.0.0'), tags.get('1')]).toEqual([
      image.digest,
      image.digest,
      image.digest,
    ]);
  });
});
