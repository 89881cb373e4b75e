import { coreError, isDigest, isImageIndex } from '@ehr/delivery-core';
import type {
  Descriptor,
  Digest,
  ImageConfig,
  ImageIndex,
  ImageManifest,
  DeliveryError,
} from '@ehr/delivery-core';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A JSON document of the layout, with the very bytes its digest is made of. */
export interface LayoutDocument extends Descriptor {
  readonly text: string;
}

export interface OpenLayout {
  readonly index: LayoutDocument;
  readonly manifests: readonly (LayoutDocument & { manifest: ImageManifest; config: ImageConfig })[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  readonly pathOf: (digest: Digest) => string;
}

/** Reads an OCI image layout (image spec, image-layout.md) that holds one image index; checks it as it reads. */
export async function openLayout(directory: string): Promise<OpenLayout> {
  const pathOf = (digest: Digest) => join(directory, 'blobs', ...digest.split(':'));
  const top = parse<ImageIndex>(await readTop(directory), join(directory, 'index.json'));
  const [entry, ...others] = top.manifests;
  if (entry === undefined || others.length > 0) {
    throw invalid(`${directory}/index.json names ${top.manifests.length} images; exactly one is expected.`);
  }
  const index = await readDocument(pathOf, entry);
  const parsed = parse<ImageIndex | ImageManifest>(index.text, entry.digest);
  if (!isImageIndex(parsed)) throw invalid(`${directory} holds an image of one platform without an index.`);
  const manifests = await Promise.all(
    parsed.manifests.map(async (descriptor) => {
      const document = await readDocument(pathOf, descriptor);
      const manifest = parse<ImageManifest>(document.text, descriptor.digest);
      const config = parse<ImageConfig>(
        (await readDocument(pathOf, manifest.config)).text,
        manifest.config.digest,
      );
      return { ...document, manifest, config };
    }),
  );
  const blobs = new Map(
    manifests
      .flatMap(({ manifest }) => [manifest.config, ...manifest.layers])
      .map((blob) => [blob.digest, blob]),
  );
  await Promise.all([...blobs.values()].map((blob) => checkSize(pathOf, blob)));
  return { index, manifests, blobs: [...blobs.values()], pathOf };
}

async function readTop(directory: string): Promise<string> {
  try {
    return await readFile(join(directory, 'index.json'), 'utf8');
  } catch (cause) {
    throw coreError('LAYOUT_MISSING', `There is no OCI image layout in ${directory}.`, { cause });
  }
}

async function readDocument(pathOf: OpenLayout['pathOf'], descriptor: Descriptor): Promise<LayoutDocument> {
  if (!isDigest(descriptor.digest)) throw invalid(`"${String(descriptor.digest)}" is not a sha256 digest.`);
  const text = await readFile(pathOf(descriptor.digest), 'utf8').catch((cause: unknown) => {
    throw invalid(`The layout lacks ${descriptor.digest}.`, cause);
  });
  const actual = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (actual !== descriptor.digest)
    throw invalid(`The content of ${descriptor.digest} has the digest ${actual}.`);
  return { ...descriptor, text };
}

async function checkSize(pathOf: OpenLayout['pathOf'], blob: Descriptor): Promise<void> {
  const found = await stat(pathOf(blob.digest)).catch(() => undefined);
  if (found?.size !== blob.size) {
    throw invalid(`Blob ${blob.digest} has ${found?.size ?? 'no'} bytes; its manifest says ${blob.size}.`);
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
