import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageLayout } from '@ehr/testing-fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLayout, readImageLayout } from './index.ts';

let directory: string;
const app = Buffer.from('application');
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-layout-'));
  await writeImageLayout(directory, {
    fingerprint: 'f00d',
    platforms: { 'linux/arm64': [Buffer.from('b'), app], 'linux/amd64': [Buffer.from('a'), app] },
  });
});
afterEach(() => rm(directory, { recursive: true }));

describe('readImageLayout', () => {
  it('returns digest, platforms, fingerprint and the size of the blobs, each counted once', async () => {
    const layout = await readImageLayout(directory);
    const { index, blobs } = await openLayout(directory);
    expect(layout).toEqual({
      directory,
      digest: index.digest,
      platforms: ['linux/amd64', 'linux/arm64'],
      fingerprint: 'f00d',
      standInFor: null,
      schema: null,
      blobBytes: blobs.reduce((sum, { size }) => sum + size, 0),
    });
    expect(blobs).toHaveLength(5);
  });

  it('names the directory that holds no layout', async () => {
    const nowhere = join(directory, 'nowhere');
    await expect(readImageLayout(nowhere)).rejects.toMatchObject({
      code: 'LAYOUT_MISSING',
      message: `There is no OCI image layout in ${nowhere}.`,
    });
  });

  it('refuses a blob of another size than in its manifest', async () => {
    const { blobs, pathOf } = await openLayout(directory);
    const last = blobs.at(-1);
    if (last) await appendFile(pathOf(last.digest), 'x');
    await expect(readImageLayout(directory)).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: `Blob ${last?.digest} has ${(last?.size ?? 0) + 1} bytes; its manifest has ${last?.size}.`,
    });
  });

  it('refuses a manifest whose content is not its digest’s', async () => {
    const { manifests, pathOf } = await openLayout(directory);
    const [manifest] = manifests;
    if (manifest) await writeFile(pathOf(manifest.digest), '{}');
    await expect(readImageLayout(directory)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('refuses an index that is no JSON', async () => {
    await writeFile(join(directory, 'index.json'), 'half a fi');
    await expect(readImageLayout(directory)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });
});
