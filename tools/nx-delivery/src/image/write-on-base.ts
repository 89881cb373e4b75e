import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coreError, type Descriptor, mediaTypes, parsePlatform, type Platform } from '@ehr/delivery-core';
import { digestOf, type openLayout, type openSingleImage } from '@ehr/delivery-registry';
import { levelLayer } from './level-layer.ts';
import { putOnBase, type StackedConfig } from './put-on-base.ts';

type Layout = Awaited<ReturnType<typeof openLayout>>;
type Single = Awaited<ReturnType<typeof openSingleImage>>;

/** Where an image is written to, and what it is called. */
interface Target {
  /** Of the OCI layout; its former content goes. */
  readonly directory: string;
  /** Layers that were compressed before, by content. */
  readonly layers: string;
  readonly reference: string;
  readonly platforms: readonly string[];
}

/**
 * Writes an image index as an OCI layout: for each platform the layers of `own`, which serve all of them, on those of the
 * base. Layers are hard links where the file system has them.
 * @throws LAYOUT_INVALID when the base has no image for a platform
 */
export async function writeOnBase(own: Single, base: Layout, target: Target): Promise<void> {
  const { directory } = target;
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'blobs/sha256'), { recursive: true });
  const level = await Promise.all(
    own.image.manifest.layers.map(({ digest }) => levelLayer(own.pathOf(digest), target.layers)),
  );
  for (const { descriptor, path } of level) await take(path, directory, descriptor.digest);
  const diffIds = level.map(({ diffId }) => diffId);
  // The builder's own, which has the parts that nobody else reads.
  const mine = own.image.config as StackedConfig;
  const write = async (mediaType: string, value: object): Promise<Descriptor> => {
    const text = JSON.stringify(value);
    const digest = digestOf(text);
    await writeFile(blobPath(directory, digest), text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const manifests = await Promise.all(
    target.platforms.map(async (name) => {
      const platform = parsePlatform(name);
      const below = platform && baseFor(platform, base);
      if (below === undefined) throw coreError('LAYOUT_INVALID', `The base image has none for ${name}.`);
      for (const { digest } of below.manifest.layers) await take(base.pathOf(digest), directory, digest);
      const { config, layers } = putOnBase(
        {
          config: { ...mine, ...platform, rootfs: { type: 'layers', diff_ids: diffIds } },
          layers: level.map(({ descriptor }) => descriptor),
        },
        { config: below.config as StackedConfig, layers: below.manifest.layers },
      );
      const manifest = await write(mediaTypes.manifest, {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: await write('application/vnd.oci.image.config.v1+json', config),
        layers,
      });
      return { ...manifest, platform };
    }),
  );
  const index = await write(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  const annotations = { 'io.containerd.image.name': target.reference };
  await writeFile(
    join(directory, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...index, annotations }] }),
  );
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/** The base for the platform; the one of another variant where there is no other. */
function baseFor(
  { os, architecture, variant }: Platform,
  base: Layout,
): Layout['manifests'][number] | undefined {
  const fitting = base.manifests.filter(
    ({ config }) => config.os === os && config.architecture === architecture,
  );
  return fitting.find(({ config }) => config.variant === variant) ?? fitting[0];
}

async function take(source: string, directory: string, digest: string): Promise<void> {
  const target = blobPath(directory, digest);
  await link(source, target).catch(async (error: NodeJS.ErrnoException) => {
    // Both platforms have it.
    if (error.code !== 'EEXIST') await copyFile(source, target);
  });
}

function blobPath(directory: string, digest: string): string {
  return join(directory, 'blobs', ...digest.split(':'));
}
