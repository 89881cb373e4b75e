import { PROVENANCE_TYPE, SBOM_TYPE } from '@ehr/delivery-core';
import { type FaultProxy, startFaultProxy } from '@ehr/testing-fakes';
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createReferrers, createRegistry } from './index.ts';
import { newImage } from './test/new-image.ts';

/** A real Distribution registry, which has no referrers API; the proxy plays one where a test wants it. */
describe.skipIf(!requireOrSkip('registry'))('what is attached to an image', () => {
  let registry: RunningRegistry;
  let proxy: FaultProxy;
  beforeAll(async () => {
    registry = await startRegistry();
    proxy = await startFaultProxy(registry.host);
  });
  afterAll(async () => {
    await proxy.stop();
    await registry.stop();
  });
  afterEach(() => proxy.inject(() => undefined));

  async function pushImage() {
    const { repository, layout } = await newImage();
    const options = { registry: proxy.host, repository, retryDelayMs: 1 };
    const images = createRegistry(options);
    const { digest } = await images.push(layout, () => undefined);
    await images.tag(digest, 'v1.0.0');
    return { digest, images, referrers: createReferrers(options) };
  }
  const sbom = { artifactType: SBOM_TYPE, text: '{"bomFormat":"CycloneDX"}' };
  const provenance = {
    artifactType: PROVENANCE_TYPE,
    text: '{"_type":"x"}',
    created: '2026-01-01T00:00:00Z',
  };

  it('is found again with its content, and the image stays what it was', async () => {
    const { digest, images, referrers } = await pushImage();
    expect(await referrers.list(digest)).toEqual([]);
    expect(await referrers.readSbom(digest)).toBeNull();
    expect(await referrers.attach(digest, [sbom, provenance])).toEqual([SBOM_TYPE, PROVENANCE_TYPE]);
    const found = await referrers.list(digest);
    expect(found.map(({ artifactType }) => artifactType)).toEqual([SBOM_TYPE, PROVENANCE_TYPE]);
    expect(await referrers.fetch(found[1]!.digest)).toEqual({ subject: digest, text: provenance.text });
    expect(await referrers.readSbom(digest)).toBe(sbom.text);
    expect(await images.resolve('v1.0.0')).toBe(digest);
    expect(await images.describe('v1.0.0')).toMatchObject({
      digest,
      platforms: ['linux/amd64', 'linux/arm64'],
    });
  });

  it('is under no tag that could be taken for an image’s', async () => {
    const { digest, images, referrers } = await pushImage();
    await referrers.attach(digest, [sbom]);
    expect(await images.listTags('')).toEqual(['v1.0.0']);
    expect(await images.resolve(`sha256-${digest.slice(7)}`)).not.toBeNull();
  });

  it('is attached once: a second time nothing is written', async () => {
    const { digest, referrers } = await pushImage();
    await referrers.attach(digest, [sbom, provenance]);
    const before = proxy.seen.length;
    expect(await referrers.attach(digest, [{ ...sbom, text: '{"other":true}' }, provenance])).toEqual([]);
    const methods = proxy.seen.slice(before).map(({ method }) => method);
    expect([...new Set(methods)]).toEqual(['GET']);
    expect(await referrers.readSbom(digest)).toBe(sbom.text);
  });

  it('adds what a run before could not', async () => {
    const { digest, referrers } = await pushImage();
    await referrers.attach(digest, [sbom]);
    expect(await referrers.attach(digest, [sbom, provenance])).toEqual([PROVENANCE_TYPE]);
    expect(await referrers.list(digest)).toHaveLength(2);
  });

  it('keeps all when five write the list at once', async () => {
    const { digest, referrers } = await pushImage();
    const types = Array.from({ length: 5 }, (_, number) => `application/vnd.test.${number}+json`);
    await Promise.all(types.map((artifactType) => referrers.attach(digest, [{ ...sbom, artifactType }])));
    const found = (await referrers.list(digest)).map(({ artifactType }) => artifactType);
    expect(found.sort()).toEqual(types);
  });

  it('is listed by the referrers API where there is one', async () => {
    const { digest, referrers } = await pushImage();
    const manifests = [
      { mediaType: 'm', digest: `sha256:${'c'.repeat(64)}`, size: 1, artifactType: SBOM_TYPE },
    ];
    proxy.inject(({ path }) =>
      path.includes('/referrers/')
        ? { kind: 'status', status: 200, body: JSON.stringify({ schemaVersion: 2, manifests }) }
        : undefined,
    );
    expect(await referrers.list(digest)).toEqual(manifests);
  });

  it.each([
    ['an API that does not have it yet', JSON.stringify({ schemaVersion: 2, manifests: [] })],
    ['a gateway’s page', '<html>welcome</html>'],
  ])('is found under the tag behind %s', async (_name, body) => {
    const { digest, referrers } = await pushImage();
    await referrers.attach(digest, [sbom]);
    proxy.inject(({ path }) =>
      path.includes('/referrers/') ? { kind: 'status', status: 200, body } : undefined,
    );
    expect(await referrers.list(digest)).toMatchObject([{ artifactType: SBOM_TYPE }]);
  });

  it('is not given out when its content was changed', async () => {
    const { digest, referrers } = await pushImage();
    await referrers.attach(digest, [sbom]);
    proxy.inject(({ method, path }) =>
      method === 'GET' && path.includes('/blobs/') ? { kind: 'status', status: 200, body: '{}' } : undefined,
    );
    await expect(referrers.readSbom(digest)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });
});
