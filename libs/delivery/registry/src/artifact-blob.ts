import type { Descriptor, Digest } from '@ehr/delivery-core';
import { createHash } from 'node:crypto';
import type { BlobSource } from './upload-blob.ts';

/** Text as a blob that can be uploaded, and its descriptor. */
export interface ArtifactBlob extends BlobSource {
  readonly descriptor: Descriptor;
}

export function artifactBlob(text: string, mediaType: string): ArtifactBlob {
  const content = Buffer.from(text);
  const descriptor = { mediaType, digest: digestOf(content), size: content.length };
  return { ...descriptor, descriptor, open: async () => new Blob([content]) };
}

export function digestOf(content: string | Buffer): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
