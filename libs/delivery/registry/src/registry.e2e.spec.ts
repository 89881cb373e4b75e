import type { Happening } from '@ehr/delivery-core';
import { type Fault, type FaultProxy, type SeenRequest, startFaultProxy } from '@ehr/testing-fakes';
import { startRegistry } from '@ehr/testing-sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRegistry, openLayout } from './index.ts';
import { newImage } from './test/new-image.ts';

/** A real Distribution registry behind a proxy that breaks the requests that a test chooses. */
let registry: Awaited<ReturnType<typeof startRegistry>>;
let proxy: FaultProxy;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});
afterEach(() => {
  proxy.inject(() => undefined);
});

const client = (repository: string, changes = {}) =>
  createRegistry({ registry: proxy.host, repository, retryDelayMs: 1, ...changes });

/** Five upload chunks. */
const LARGE = 20_000_000;
const ignore = () => undefined;

describe('a registry', () => {
  it('gets an image of two platforms, the shared layer once, and names it by tags', async () => {
    const { repository, layout } = await newImage(LARGE);
    const target = client(repository);
    const progress: number[] = [];
    const result = await target.push(layout, ({ sentBytes }) => progress.push(sentBytes));
    expect(result).toMatchObject({
      digest: layout.digest,
      sentBlobs: 5,
      presentBlobs: 0,
      sentBytes: layout.blobBytes,
    });
    expect(progress.at(-1)).toBe(layout.blobBytes);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(await target.resolve('v1')).toBeNull();
    await target.tag(layout.digest, 'v1');
    expect(await target.resolve('v1')).toBe(layout.digest);
  });

  it('is sent nothing that it has', async () => {
    const { repository, layout } = await newImage();
    await client(repository).push(layout, ignore);
    const before = proxy.seen.length;
    expect(await client(repository).push(layout, ignore)).toMatchObject({ sentBytes: 0, sentBlobs: 0 });
    // Its manifests are offered, and it wants no blob.
    expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
  });

  it('takes blobs over from a sibling repository instead of having them sent', async () => {
    const { repository, layout } = await newImage(2_000_000);
    await client(repository).push(layout, ignore);
    const sibling = client(`${repository}-sibling`, { mountFrom: repository });
    // Small ones are sent sooner than they are asked for.
    const { sentBytes, ...blobs } = await sibling.push(layout, ignore);
    expect(blobs).toMatchObject({ sentBlobs: 4, presentBlobs: 1 });
    expect(sentBytes).toBe(layout.blobBytes - 2_000_000);
    expect(await sibling.resolve(layout.digest)).toBe(layout.digest);
  });

  it('is sent what the sibling does not have either', async () => {
    const { repository, layout } = await newImage(1_000_000);
    const alone = client(repository, { mountFrom: 'test/nobody' });
    expect(await alone.push(layout, ignore)).toMatchObject({ sentBlobs: 5, sentBytes: layout.blobBytes });
  });

  it('keeps texts under tags: what was written last counts, and reading it again is no pull', async () => {
    const { repository, layout } = await newImage();
    const { documents } = client(repository);
    expect(await documents.read('lock-prod')).toBeNull();
    for (const text of ['{"run":"a"}', '{"run":"b"}', '{"run":"a"}']) {
      await documents.write('lock-prod', text);
      expect(await client(repository).documents.read('lock-prod')).toBe(text);
    }
    const before = proxy.seen.length;
    expect(await documents.read('lock-prod')).toBe('{"run":"a"}');
    expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['HEAD']);
    expect(await documents.read('lock-staging')).toBeNull();
    // An image is no text.
    await client(repository).push(layout, ignore);
    await client(repository).tag(layout.digest, 'prod');
    expect(await documents.read('prod')).toBeNull();
  });

  it('lets a tag go or says that it does not, and keeps the image and its other names', async () => {
    const { repository, layout } = await newImage();
    const target = client(repository);
    await target.push(layout, ignore);
    for (const tag of ['prod', 'v1']) await target.tag(layout.digest, tag);
    const gone = await target.untag('prod');
    expect(await target.resolve('prod')).toBe(gone ? null : layout.digest);
    expect(await target.resolve('v1')).toBe(layout.digest);
    expect(await target.untag('nobody')).toBe(gone);
  });

  it('is pushed to again when a clean-up took the manifests of an index', async () => {
    const { repository, layout } = await newImage();
    const target = client(repository);
    await target.push(layout, ignore);
    const [child] = (await openLayout(layout.directory)).manifests;
    const url = `http://${registry.host}/v2/${repository}/manifests/${child?.digest ?? ''}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
    expect(await target.describe(layout.digest)).toBeNull();
    await target.push(layout, ignore);
    expect(await target.describe(layout.digest)).toMatchObject({ digest: layout.digest });
  });

  it('lists all its tags, page by page; none for a repository that is not there', async () => {
    const { repository, layout } = await newImage();
    await client(repository).push(layout, ignore);
    const names = Array.from({ length: 130 }, (_, number) => `v1.0.${number}`);
    for (const name of names) await client(repository).tag(layout.digest, name);
    expect([...(await client(repository).listTags(''))].sort()).toEqual([...names].sort());
    expect(await client('test/nobody').listTags('')).toEqual([]);
  });

  it('describes an image it has by platforms and fingerprint, and no other', async () => {
    const { repository, layout } = await newImage();
    await client(repository).push(layout, ignore);
    const described = await client(repository).describe(layout.digest);
    expect(described).toEqual({
      digest: layout.digest,
      fingerprint: layout.fingerprint,
      platforms: ['linux/amd64', 'linux/arm64'],
      standInFor: null,
      schema: null,
      layers: expect.any(Object) as object,
    });
    const layers = Object.values(described?.layers ?? {}).flat();
    // Of five blobs two are configs, and one is the layer that both platforms share.
    expect([layers.length, new Set(layers.map(({ digest }) => digest)).size]).toEqual([4, 3]);
    expect(await client(repository).describe('v9.9.9')).toBeNull();
  });

  it('keeps a journal: a few requests for a change, and for reading all of it', async () => {
    const { repository, layout } = await newImage();
    const happened: Happening = {
      run: '0123456789ab',
      kind: 'released',
      service: repository.split('/').at(-1) ?? '',
      environment: 'local',
      digest: layout.digest,
      fingerprint: layout.fingerprint,
      revision: 'abc',
      version: 'unversioned',
      at: '2026-11-23T10:00:00.000Z',
      reason: 'deploy',
    };
    const { journal } = client(repository);
    await journal.append([happened]);
    let before = proxy.seen.length;
    await journal.append([{ ...happened, kind: 'frozen' }, happened]);
    expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['GET', 'PUT', 'PUT']);
    before = proxy.seen.length;
    const { entries, problems } = await client(repository).journal.read();
    expect(proxy.seen.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(problems).toEqual([]);
    expect(entries.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [1, 'released'],
      [2, 'frozen'],
      [2, 'released'],
    ]);
    expect(entries[0]).toEqual({ sequence: 1, ...happened });
  });
});

describe('a push over a broken connection', () => {
  const isUpload = ({ path }: SeenRequest) => path.includes('/blobs/uploads/');
  const faults: [string, Fault][] = [
    ['503', { kind: 'status', status: 503 }],
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['a reset', { kind: 'reset' }],
    ['half a body', { kind: 'half-request' }],
    ['a lost answer', { kind: 'lost-answer' }],
  ];

  it.each(faults)('succeeds with %s at every request in turn', async (_name, fault) => {
    const image = await newImage(5_000_000);
    const { layout } = image;
    const before = proxy.seen.length;
    await client(image.repository).push(layout, ignore);
    const requests = proxy.seen.length - before;
    expect(requests).toBeGreaterThan(12);
    for (let victim = 1; victim <= requests; victim++) {
      const repository = `${image.repository}-${victim}`;
      const first = proxy.seen.length;
      proxy.inject(({ number }) => (number === first + victim ? fault : undefined));
      const result = await client(repository).push(layout, ignore);
      expect(result.digest, `request ${victim}`).toBe(layout.digest);
      expect(await client(repository).resolve(layout.digest)).toBe(layout.digest);
    }
  });

  it('goes on where the upload was cut, instead of beginning the blob again', async () => {
    const { repository, layout } = await newImage(LARGE);
    let cut = 0;
    // The second chunk of the large layer is lost once.
    proxy.inject(({ method }) => (method === 'PATCH' && ++cut === 2 ? { kind: 'reset' } : undefined));
    const before = proxy.seen.length;
    await client(repository).push(layout, ignore);
    const uploads = proxy.seen.slice(before).filter(isUpload);
    expect(uploads.filter(({ method }) => method === 'PATCH')).toHaveLength(6);
    expect(uploads.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(uploads.filter(({ method }) => method === 'POST')).toHaveLength(5);
  });

  it('ends with one clear error, and leaves no index behind that lacks a part', async () => {
    const { repository, layout } = await newImage();
    proxy.inject(({ method }) => (method === 'PUT' ? { kind: 'status', status: 503 } : undefined));
    await expect(client(repository, { retries: 2 }).push(layout, ignore)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: `The registry ${proxy.host} answered 503 to PUT.`,
    });
    proxy.inject(() => undefined);
    expect(await client(repository).resolve(layout.digest)).toBeNull();
  });

  it.each([
    [403, 'REGISTRY_UNAUTHORIZED'],
    [409, 'REGISTRY_REFUSED'],
  ])('does not retry after a %d', async (status, code) => {
    const { repository, layout } = await newImage();
    proxy.inject(({ method }) => (method === 'POST' ? { kind: 'status', status } : undefined));
    await expect(client(repository).push(layout, ignore)).rejects.toMatchObject({ code });
    // What was on its way when the first answer came may still arrive, once for each of 5 blobs, and also after this test.
    const asked = proxy.seen.filter(({ method, path }) => method === 'POST' && path.includes(repository));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(5);
  });
});
