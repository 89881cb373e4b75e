import { openAsBlob } from 'node:fs';
import type { Digest, ImageLayout, PushProgress, PushResult } from '@ehr/delivery-core';
import pLimit from 'p-limit';
import { IMAGE_TYPES, putManifest } from './artifact.ts';
import { type OpenLayout, openLayout } from './layout.ts';
import type { Transport } from './transport.ts';
import { hasBlob, uploadBlob } from './upload-blob.ts';

/** Requests side by side. */
const PARALLEL = 4;

/**
 * Sends what the repository lacks: blobs in parallel, then each platform's manifest, the index last. A blob that
 * `mountFrom`, another repository of the registry, has is taken over from there. `totalBytes` is only told to `onProgress`.
 */
export async function pushLayout(
  transport: Transport,
  { blobs, manifests, index, pathOf }: OpenLayout,
  totalBytes: number,
  onProgress: (progress: PushProgress) => void,
  mountFrom?: string,
): Promise<PushResult> {
  const sent = new Map<string, number>();
  const sum = () => [...sent.values()].reduce((total, size) => total + size, 0);
  const limit = pLimit(PARALLEL);
  const upload = ({ digest, size }: (typeof blobs)[number]) => {
    const blob = { digest, size, open: () => openAsBlob(pathOf(digest)) };
    const onSent = (bytes: number) => {
      sent.set(digest, bytes);
      onProgress({ sentBytes: sum(), totalBytes });
    };
    return uploadBlob(transport, blob, onSent, mountFrom);
  };
  const uploads = await limit.map(blobs, upload).finally(() => {
    // After a failure what has not begun is not begun.
    limit.clearQueue();
  });
  for (const { digest, mediaType, text } of [...manifests, index]) {
    await putManifest(transport, digest, mediaType, text);
  }
  const sentBlobs = uploads.filter(Boolean).length;
  return { digest: index.digest, sentBytes: sum(), sentBlobs, presentBlobs: blobs.length - sentBlobs };
}

/**
 * Whether the repository has the layout's index and each of its manifests. The index alone does not say it:
 * Distribution's clean-up of untagged manifests leaves a tagged index without them. By HEAD, which costs no pull.
 */
export async function isWhole(transport: Transport, { manifests, index }: OpenLayout): Promise<boolean> {
  const has = async ({ digest }: { readonly digest: Digest }) => {
    const path = `manifests/${digest}`;
    const headers = { accept: IMAGE_TYPES };
    return (await transport.send({ method: 'HEAD', path, headers, expect: [200, 404] })).status === 200;
  };
  // The index first, by itself: a new image has none, and the sign-in is asked for once.
  if (!(await has(index))) return false;
  return (await pLimit(PARALLEL).map(manifests, has)).every(Boolean);
}

/** Bytes of the layout's blobs that the repository does not have. By HEAD, which costs no pull. */
export async function missingBytes(transport: Transport, { directory }: ImageLayout): Promise<number> {
  const { blobs } = await openLayout(directory);
  const sizes = await pLimit(PARALLEL).map(blobs, async ({ digest, size }) =>
    (await hasBlob(transport, digest)) ? 0 : size,
  );
  return sizes.reduce((total, size) => total + size, 0);
}
