import { openAsBlob } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Descriptor, Digest, ImageLayout, PushProgress, PushResult } from '@ehr/delivery-core';
import pLimit from 'p-limit';
import { IMAGE_TYPES, putManifest } from './artifact.ts';
import { type OpenLayout, openLayout } from './layout.ts';
import type { Transport } from './transport.ts';
import { hasBlob, uploadBlob } from './upload-blob.ts';

type LayoutManifest = OpenLayout['manifests'][number];

/** Requests side by side. */
const PARALLEL = 4;

/**
 * Sends what the repository lacks: blobs in parallel, then each platform's manifest, the index last. What it lacks the
 * repository says itself: it refuses a manifest and names the blobs that it wants, so that nobody asks for each. A blob
 * that `mountFrom`, another repository of the registry, has is taken over from there. `totalBytes` is only told to
 * `onProgress`.
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
  let sentBlobs = 0;
  const result = () => ({
    digest: index.digest,
    sentBytes: sum(),
    sentBlobs,
    presentBlobs: blobs.length - sentBlobs,
  });
  const upload = async ({ digest, size }: Descriptor, isLacking: boolean) => {
    const blob = { digest, size, open: () => openAsBlob(pathOf(digest)) };
    const onSent = (bytes: number) => {
      sent.set(digest, bytes);
      onProgress({ sentBytes: sum(), totalBytes });
    };
    if (await uploadBlob(transport, blob, onSent, { mountFrom, isLacking })) sentBlobs += 1;
  };
  const uploadAll = (wanted: readonly Descriptor[], areLacking: boolean) =>
    limit
      .map(wanted, (blob) => upload(blob, areLacking))
      .finally(() => {
        // After a failure what has not begun is not begun.
        limit.clearQueue();
      });
  const only = (digests: readonly Digest[]) => blobs.filter(({ digest }) => digests.includes(digest));
  const offerAll = (all: readonly LayoutManifest[]) =>
    Promise.all(all.map((manifest) => offer(transport, manifest)));

  const [first, ...others] = manifests;
  const [wanted = null] = await offerAll(first === undefined ? [] : [first]);
  if (wanted !== null && wanted.length > 0) {
    // A new image has a new config on each platform.
    const configs = others.map(({ manifest }) => manifest.config.digest);
    await uploadAll(only([...wanted, ...configs]), true);
  } else {
    // A manifest that is taken at once says nothing about its blobs: not every registry looks.
    const areTaken = (await offerAll(others)).every((digests) => digests?.length === 0);
    if (wanted !== null && areTaken && (await hasManifest(transport, index.digest))) return result();
    await uploadAll(blobs, false);
  }
  let pending = manifests;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const answers = await offerAll(pending);
    pending = pending.filter((_manifest, position) => answers[position]?.length !== 0);
    const named = answers.flatMap((digests) => digests ?? []);
    if (named.length === 0) break;
    await uploadAll(only(named), true);
  }
  for (const { digest, mediaType, text } of pending) {
    // Distribution calls a digest invalid while another upload of the same blob rewrites its link.
    await wait(250);
    await putManifest(transport, digest, mediaType, text);
  }
  await putManifest(transport, index.digest, index.mediaType, index.text);
  return result();
}

/** How often a registry may want blobs before it takes the manifests: some name only the first. */
const MOST_ROUNDS = 20;

/**
 * Puts a manifest: the blobs that the repository wants first, none when it took the manifest, null when it does not
 * name them (distribution spec § Pushing Manifests, `MANIFEST_BLOB_UNKNOWN`).
 */
async function offer(
  transport: Transport,
  { digest, mediaType, text, manifest }: LayoutManifest,
): Promise<readonly Digest[] | null> {
  const answer = await putManifest(transport, digest, mediaType, text, [201, 400, 404]);
  if (answer.status === 201) return [];
  const reason = await answer.text();
  const named = [manifest.config, ...manifest.layers].filter((blob) => reason.includes(blob.digest));
  return named.length === 0 ? null : named.map((blob) => blob.digest);
}

/** By HEAD, which costs no pull. */
async function hasManifest(transport: Transport, digest: Digest): Promise<boolean> {
  const headers = { accept: IMAGE_TYPES };
  const request = { method: 'HEAD', path: `manifests/${digest}`, headers, expect: [200, 404] } as const;
  return (await transport.send(request)).status === 200;
}

/** Bytes of the layout's blobs that the repository does not have. By HEAD, which costs no pull. */
export async function missingBytes(transport: Transport, { directory }: ImageLayout): Promise<number> {
  const { blobs } = await openLayout(directory);
  const sizes = await pLimit(PARALLEL).map(blobs, async ({ digest, size }) =>
    (await hasBlob(transport, digest)) ? 0 : size,
  );
  return sizes.reduce((total, size) => total + size, 0);
}
