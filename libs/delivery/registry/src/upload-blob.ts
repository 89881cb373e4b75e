import type { Digest } from '@ehr/delivery-core';
import { HttpError, isTransient } from '@ehr/delivery-http';
import type { Transport } from './transport.ts';

/** A blob that is not in the registry yet. */
interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  open(): Promise<Blob>;
}

/** Large enough that a fast line is not slowed, small enough that a broken line loses little. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * Uploads a blob in chunks unless the repository has it (distribution spec § Pushing a blob in chunks). After a broken
 * connection only the chunk in transit is sent again. A blob that `mountFrom`, another repository of the registry, has
 * is taken over from there (§ Mounting a blob from another repository).
 * Returns whether bytes were sent; `onSent` gets how many bytes of the blob the registry has.
 */
export async function uploadBlob(
  transport: Transport,
  blob: BlobSource,
  onSent: (bytes: number) => void,
  mountFrom?: string,
): Promise<boolean> {
  if (await hasBlob(transport, blob.digest)) return false;
  const content = await blob.open();
  const headers = { 'content-type': 'application/octet-stream' };
  let session: Session | null = null;
  let sent = false;
  await transport.retry(async (number) => {
    // The last answer may have been lost, not the last request.
    if (number > 1 && (await hasBlob(transport, blob.digest))) return;
    if (session !== null) session = await resume(transport, session.location);
    session ??= await begin(transport, blob.digest, mountFrom);
    if (session === null) return;
    sent = true;
    onSent(session.offset);
    while (blob.size - session.offset > CHUNK_BYTES) {
      const end: number = session.offset + CHUNK_BYTES;
      const answer = await transport.send({
        method: 'PATCH',
        path: session.location,
        headers: { ...headers, 'content-range': `${session.offset}-${end - 1}` },
        body: content.slice(session.offset, end),
        expect: [202],
        once: true,
      });
      session = { location: locationOf(answer), offset: end };
      onSent(end);
    }
    const separator = session.location.includes('?') ? '&' : '?';
    const path = `${session.location}${separator}digest=${blob.digest}`;
    const body = content.slice(session.offset);
    await transport.send({ method: 'PUT', path, headers, body, expect: [201], once: true });
    onSent(blob.size);
  });
  return sent;
}

/** Whether the repository has the blob. */
export async function hasBlob(transport: Transport, digest: Digest): Promise<boolean> {
  const path = `blobs/${digest}`;
  return (await transport.send({ method: 'HEAD', path, expect: [200, 404] })).status === 200;
}

/** An upload that is not finished: where it goes on, and after how many bytes. */
interface Session {
  readonly location: string;
  readonly offset: number;
}

/** A new upload; null when the registry took the blob over from `mountFrom` instead. */
async function begin(transport: Transport, digest: Digest, mountFrom?: string): Promise<Session | null> {
  const mount = mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
  const expect = mountFrom === undefined ? [202] : [201, 202];
  const answer = await transport.send({ method: 'POST', path: `blobs/uploads/${mount}`, expect, once: true });
  return answer.status === 201 ? null : { location: locationOf(answer), offset: 0 };
}

/** Where the registry wants the upload to go on; null when a new one must be begun. */
async function resume(transport: Transport, location: string): Promise<Session | null> {
  try {
    const answer = await transport.send({ path: location, expect: [204, 404], once: true });
    if (answer.status === 404) return null;
    const last = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1];
    // An empty upload is "0-0" in Distribution: a new one rather than a guess whether one byte is there.
    if (last === undefined || last === '0') return null;
    return { location: locationOf(answer), offset: Number(last) + 1 };
  } catch (error) {
    if (isTransient(error)) throw error;
    return null; // How far it got is not known: a new upload is always allowed.
  }
}

function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new HttpError('The registry named no upload location', answer);
  return location;
}
