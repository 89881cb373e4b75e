import { history } from '@ehr/delivery-core';
import { requireOrSkip, startRegistry, startTokenService } from '@ehr/testing-sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliveriesTo } from './registry-deliveries.ts';

const account = { username: 'clinic', password: 'canary-registry-password' };
const REPOSITORY = 'acme/ehr-api';

/** A real Distribution, with its own token service when there is one; ends with the test. */
async function open(repositories?: readonly string[] | 'nobody') {
  const tokens =
    repositories === 'nobody'
      ? undefined
      : await startTokenService({ ...account, ...(repositories !== undefined && { repositories }) });
  const registry = await startRegistry(tokens === undefined ? {} : { tokens });
  const place = { registry: registry.host, repository: REPOSITORY, credentials: account };
  const deliveries = await deliveriesTo({ ...place, mountFrom: 'acme/ehr-web' }, { largest: 9_000_000 });
  onTestFinished(async () => {
    await deliveries.remove();
    await registry.stop();
    await tokens?.stop();
  });
  return { registry, deliveries };
}

describe.skipIf(!requireOrSkip('registry'))('Distribution', () => {
  it.each([
    ['for one repository alone', [REPOSITORY]],
    ['for all', undefined],
  ])('with tokens %s: deployed, released, rolled back', async (_what, repositories) => {
    const { deliveries } = await open(repositories);
    const [first, second] = [await deliveries.image('1'), await deliveries.image('2')];
    for (const image of [first, second])
      expect(await deliveries.ship(image)).toMatchObject({ outcome: 'deployed', error: null });
    expect(await deliveries.ship(second, { release: 'v1.0.0' })).toMatchObject({
      outcome: 'unchanged',
      error: null,
    });
    expect(await deliveries.rollback()).toMatchObject({ outcome: 'deployed', error: null });
    const client = deliveries.client();
    expect([await client.resolve('prod'), await client.resolve('v1.0.0')]).toEqual([
      first.digest,
      second.digest,
    ]);
  });

  it('after its own clean-up, which takes the manifests of tagged indexes: an image is pushed again before it is shipped', async () => {
    const { registry, deliveries } = await open('nobody');
    const [first, second] = [await deliveries.image('1'), await deliveries.image('2')];
    await deliveries.ship(first);
    await deliveries.ship(second);
    await registry.collectGarbage();
    const client = deliveries.client();
    // Distribution 2 takes them; 3 keeps them.
    const isDamaged = (await client.describe(first.digest)) === null;
    expect(await client.resolve('prod')).toBe(second.digest);
    expect((await client.journal.read()).problems).toEqual([]);
    expect(await history({ environment: 'prod', limit: 9 }, { registry: client })).toHaveLength(2);
    if (isDamaged) await expect(deliveries.rollback()).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' });
    expect(await deliveries.ship(first)).toMatchObject({ outcome: 'deployed', error: null });
    expect(await client.describe(first.digest)).toMatchObject({ digest: first.digest });
  });
});
