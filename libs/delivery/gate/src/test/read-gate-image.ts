import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageIndex, ImageManifest } from '@ehr/delivery-core';
import type { GateConfig, GateImage } from '../gate-model.ts';

/** An OCI layout on disk, of several platforms, as the gate wants it. */
export async function readGateImage(directory: string): Promise<GateImage> {
  const pathOf = (digest: string) => join(directory, 'blobs', digest.replace(':', '/'));
  const read = async <T>(path: string) => JSON.parse(await readFile(path, 'utf8')) as T;
  const top = await read<ImageIndex>(join(directory, 'index.json'));
  const index = await read<ImageIndex>(pathOf(top.manifests[0]!.digest));
  const manifests = await Promise.all(
    index.manifests.map(async ({ digest, platform }) => {
      const manifest = await read<ImageManifest>(pathOf(digest));
      const config = await read<GateConfig>(pathOf(manifest.config.digest));
      const layers = manifest.layers.map((layer) => ({
        ...layer,
        open: () => createReadStream(pathOf(layer.digest)),
      }));
      return { platform: platform ?? config, config, layers };
    }),
  );
  return { manifests };
}
