import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Descriptor, type Digest, type ImageManifest, isDigest, mediaTypes } from '@ehr/delivery-core';
import type { Manifest, Transport } from './transport.ts';
import { uploadBlob } from './upload-blob.ts';

/** The `Accept` of every request for an image: its index or manifest, in OCI's form or Docker's. */
export const IMAGE_TYPES = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(', ');

/** A document to keep in a repository. */
export interface ArtifactDocument {
  readonly artifactType: string;
  /** Media type of the document; default `artifactType`. */
  readonly layerType?: string;
  readonly text: string;
  /** RFC 3339; a time of the document, not of the upload. */
  readonly created?: string | undefined;
  /** What it is attached to. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Nobody wrote this text before: it is not asked for. */
  readonly isNew?: boolean;
}

/**
 * Uploads a document as an OCI artifact (image spec § Guidelines for Artifact Usage): empty config, one layer. Its
 * manifest gets the tag, or only its digest when there is no tag. Returns the descriptor and the registry's answer.
 */
export async function pushArtifact(transport: Transport, document: ArtifactDocument, tag?: string) {
  const { artifactType, layerType = artifactType, text, created, subject } = document;
  const all = {
    ...document.annotations,
    ...(created !== undefined && { 'org.opencontainers.image.created': created }),
  };
  const annotations = Object.keys(all).length === 0 ? {} : { annotations: all };
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: await pushText(transport, EMPTY, mediaTypes.empty),
    layers: [await pushText(transport, text, layerType, document.isNew)],
    ...(subject !== undefined && { subject }),
    ...annotations,
  };
  const body = JSON.stringify(manifest);
  const digest = digestOf(body);
  let answer = await putManifest(transport, tag ?? digest, mediaTypes.manifest, body, [201, 400]);
  if (answer.status === 400) {
    // Distribution calls a digest invalid while another upload of the same blob rewrites its link.
    await wait(250);
    answer = await putManifest(transport, tag ?? digest, mediaTypes.manifest, body);
  }
  const size = Buffer.byteLength(body);
  return {
    descriptor: { mediaType: mediaTypes.manifest, digest, size, artifactType, ...annotations },
    answer,
  };
}

/** The config of every artifact. */
const EMPTY = '{}';
/** Repositories that have it, for as long as this process runs. */
const haveEmpty = new WeakSet<Transport>();

/** A document that lies in the repository holds its config there, too. */
export function knowEmpty(transport: Transport): void {
  haveEmpty.add(transport);
}

async function pushText(
  transport: Transport,
  text: string,
  mediaType: string,
  isLacking = false,
): Promise<Descriptor> {
  const content = Buffer.from(text);
  const descriptor = { mediaType, digest: digestOf(content), size: content.length };
  if (text === EMPTY && haveEmpty.has(transport)) return descriptor;
  const blob = { ...descriptor, open: async () => new Blob([content]) };
  await uploadBlob(transport, blob, () => undefined, { isLacking });
  if (text === EMPTY) haveEmpty.add(transport);
  return descriptor;
}

/** Stores a manifest, byte for byte, under a tag or its digest. */
export async function putManifest(
  transport: Transport,
  name: string,
  mediaType: string,
  body: string,
  expect: readonly number[] = [201],
): Promise<Response> {
  const headers = { 'content-type': mediaType };
  const answer = await transport.send({ method: 'PUT', path: `manifests/${name}`, headers, body, expect });
  if (answer.status === 201 && isDigest(name)) transport.manifests.set(name, { mediaType, text: body });
  return answer;
}

/** A manifest by its digest; nothing is asked for one that was put or read before. */
export async function readManifest(transport: Transport, digest: Digest): Promise<Manifest> {
  const known = transport.manifests.get(digest);
  if (known !== undefined) return known;
  const answer = await transport.send({ path: `manifests/${digest}`, headers: { accept: IMAGE_TYPES } });
  const mediaType = answer.headers.get('content-type') ?? mediaTypes.index;
  const manifest = { mediaType, text: await answer.text() };
  transport.manifests.set(digest, manifest);
  return manifest;
}

/** `sha256:…` of the content. */
export function digestOf(content: string | Buffer): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
