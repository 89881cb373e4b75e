import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  coreError,
  type DeliveryError,
  type Descriptor,
  type Digest,
  FINGERPRINT_LABEL,
  type ImageConfig,
  type ImageIndex,
  type ImageLayout,
  type ImageManifest,
  imageSchemaOf,
  isDigest,
  isImageIndex,
  platformName,
  standInForLabel,
} from '@ehr/delivery-core';
import { digestOf } from './artifact.ts';

/**
 * What a delivery decides with: digest, platforms and fingerprint of the layout in `directory`.
 * @throws LAYOUT_MISSING, LAYOUT_INVALID
 */
export async function readImageLayout(directory: string): Promise<ImageLayout> {
  const { index, manifests, blobs } = await openLayout(directory);
  const fingerprints = new Set(manifests.map(({ config }) => config.config?.Labels?.[FINGERPRINT_LABEL]));
  const [fingerprint, ...others] = fingerprints;
  if (fingerprint === undefined || others.length > 0) {
    throw invalid(
      `The images in ${directory} do not carry one label ${FINGERPRINT_LABEL}; found ${[...fingerprints].join(', ')}.`,
    );
  }
  const configs = manifests.map(({ config }) => config);
  return {
    directory,
    digest: index.digest,
    platforms: configs.map(platformName).sort(),
    fingerprint,
    standInFor: standInForLabel(configs),
    schema: imageSchemaOf(configs),
    blobBytes: blobs.reduce((sum, blob) => sum + blob.size, 0),
  };
}

/** A JSON document of the layout, with the bytes its digest is made of. */
interface LayoutDocument extends Descriptor {
  readonly text: string;
}

/** An OCI image layout with one image index. */
export interface OpenLayout {
  readonly index: LayoutDocument;
  readonly manifests: readonly (LayoutDocument & { manifest: ImageManifest; config: ImageConfig })[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  readonly pathOf: (digest: Digest) => string;
}

/**
 * Reads an OCI image layout (image spec, image-layout.md) that holds one image index. Checks the digest of each
 * document and the size of each blob.
 * @throws LAYOUT_MISSING, LAYOUT_INVALID
 */
export async function openLayout(directory: string): Promise<OpenLayout> {
  const { entry, pathOf } = await readEntry(directory);
  const index = await readDocument(pathOf, entry);
  const parsed = parse<ImageIndex | ImageManifest>(index.text, entry.digest);
  if (!isImageIndex(parsed)) throw invalid(`${directory} holds an image of one platform without an index.`);
  const manifests = await Promise.all(parsed.manifests.map((descriptor) => readImage(pathOf, descriptor)));
  const all = manifests.flatMap(({ manifest }) => [manifest.config, ...manifest.layers]);
  const blobs = [...new Map(all.map((blob) => [blob.digest, blob])).values()];
  await Promise.all(blobs.map((blob) => checkSize(pathOf, blob)));
  return { index, manifests, blobs, pathOf };
}

/**
 * The same of a layout that holds the image of one platform, without an index.
 * @throws LAYOUT_MISSING, LAYOUT_INVALID
 */
export async function openSingleImage(
  directory: string,
): Promise<Pick<OpenLayout, 'pathOf'> & { readonly image: OpenLayout['manifests'][number] }> {
  const { entry, pathOf } = await readEntry(directory);
  const image = await readImage(pathOf, entry);
  await Promise.all(image.manifest.layers.map((layer) => checkSize(pathOf, layer)));
  return { image, pathOf };
}

async function readEntry(directory: string) {
  const pathOf = (digest: Digest) => join(directory, 'blobs', ...digest.split(':'));
  const top = parse<ImageIndex>(await readTop(directory), join(directory, 'index.json'));
  const [entry, ...others] = top.manifests;
  if (entry !== undefined && others.length === 0) return { entry, pathOf };
  throw invalid(`${directory}/index.json names ${top.manifests.length} images; exactly one is expected.`);
}

async function readImage(
  pathOf: OpenLayout['pathOf'],
  descriptor: Descriptor,
): Promise<OpenLayout['manifests'][number]> {
  const document = await readDocument(pathOf, descriptor);
  const manifest = parse<ImageManifest>(document.text, descriptor.digest);
  const config = await readDocument(pathOf, manifest.config);
  return { ...document, manifest, config: parse<ImageConfig>(config.text, config.digest) };
}

async function readTop(directory: string): Promise<string> {
  try {
    return await readFile(join(directory, 'index.json'), 'utf8');
  } catch (cause) {
    throw coreError('LAYOUT_MISSING', `There is no OCI image layout in ${directory}.`, { cause });
  }
}

async function readDocument(pathOf: OpenLayout['pathOf'], descriptor: Descriptor): Promise<LayoutDocument> {
  const { digest } = descriptor;
  if (!isDigest(digest)) throw invalid(`"${String(digest)}" is not a sha256 digest.`);
  const text = await readFile(pathOf(digest), 'utf8').catch((cause: unknown) => {
    throw invalid(`The layout lacks ${digest}.`, cause);
  });
  const actual = digestOf(text);
  if (actual !== digest) throw invalid(`The content of ${digest} has the digest ${actual}.`);
  return { ...descriptor, text };
}

async function checkSize(pathOf: OpenLayout['pathOf'], blob: Descriptor): Promise<void> {
  const found = await stat(pathOf(blob.digest)).catch(() => undefined);
  if (found?.size !== blob.size) {
    throw invalid(`Blob ${blob.digest} has ${found?.size ?? 'no'} bytes; its manifest has ${blob.size}.`);
  }
}

function parse<T>(text: string, name: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw invalid(`${name} is not JSON.`, cause);
  }
}

function invalid(message: string, cause?: unknown): DeliveryError {
  return coreError('LAYOUT_INVALID', message, { cause });
}
