import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, type Digest, mediaTypes } from '@ehr/delivery-core';

interface LayoutContent {
  readonly fingerprint: string;
  /** Layers of each platform, lowest first. */
  readonly platforms: Readonly<Record<string, readonly Buffer[]>>;
}

/** Writes a small but complete OCI image layout of several platforms; returns the digest of its index. */
export async function writeImageLayout(directory: string, content: LayoutContent): Promise<Digest> {
  const blobs = join(directory, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (bytes: Buffer | string, mediaType: string): Promise<Descriptor> => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(blobs, hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: Buffer.byteLength(bytes) };
  };
  const putJson = (value: unknown, mediaType: string) => put(JSON.stringify(value), mediaType);

  const manifests: Descriptor[] = [];
  for (const [name, contents] of Object.entries(content.platforms)) {
    const [os = '', architecture = ''] = name.split('/');
    const layers: Descriptor[] = [];
    for (const layer of contents) layers.push(await put(layer, 'application/vnd.oci.image.layer.v1.tar'));
    const config = await putJson(
      {
        os,
        architecture,
        config: { Labels: { 'connect.ehr.fingerprint': content.fingerprint } },
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
      },
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = await putJson(
      { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers },
      mediaTypes.manifest,
    );
    manifests.push({ ...manifest, platform: { os, architecture } });
  }
  const index = await putJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }, mediaTypes.index);
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }));
  return index.digest;
}
