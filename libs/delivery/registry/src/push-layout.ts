import type { ImageLayout, PushProgress, PushResult } from '@ehr/delivery-core';
import { openAsBlob } from 'node:fs';
import pLimit from 'p-limit';
import { openLayout } from './layout/open-layout.ts';
import type { Transport } from './transport.ts';
import { uploadBlob } from './upload-blob.ts';

const PARALLEL_UPLOADS = 4;

/** Sends what the repository lacks: blobs in parallel, then each platform's manifest, the index last. */
export async function pushLayout(
  transport: Transport,
  repository: string,
  layout: ImageLayout,
  onProgress: (progress: PushProgress) => void,
  mountFrom?: string,
): Promise<PushResult> {
  const { blobs, manifests, index, pathOf } = await openLayout(layout.directory);
  const sent = new Map<string, number>();
  const sum = () => [...sent.values()].reduce((total, size) => total + size, 0);
  const limit = pLimit(PARALLEL_UPLOADS);
  const uploads = await Promise.all(
    blobs.map(({ digest, size }) =>
      limit(() =>
        uploadBlob(
          transport,
          repository,
          { digest, size, open: () => openAsBlob(pathOf(digest)) },
          (count) => {
            sent.set(digest, count);
            onProgress({ sentBytes: sum(), totalBytes: layout.blobBytes });
          },
          mountFrom,
        ),
      ),
    ),
  );
  for (const document of [...manifests, index]) {
    await transport.send({
      method: 'PUT',
      path: `/v2/${repository}/manifests/${document.digest}`,
      headers: { 'content-type': document.mediaType },
      body: document.text,
      expect: [201],
    });
  }
  const sentBlobs = uploads.filter(Boolean).length;
  return { digest: index.digest, sentBytes: sum(), sentBlobs, presentBlobs: blobs.length - sentBlobs };
}
