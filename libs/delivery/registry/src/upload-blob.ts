import type { Digest } from '@ehr/delivery-core';
import { HttpError, isTransient } from '@ehr/delivery-http';
import type { Transport } from './transport.ts';

export interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  open(): Promise<Blob>;
}

/** Large enough that a fast line is not slowed, small enough that a broken line loses little. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * Uploads a blob in chunks unless the repository has it (distribution spec § Pushing a blob in chunks).
 * A broken connection costs the chunk under way: the next attempt asks how far the registry got and goes on there.
 * A blob that `mountFrom`, another repository of the registry, has is taken from there.
 * Returns whether bytes were sent; `onSent` hears how many of the blob the registry has.
 */
export async function uploadBlob(
  transport: Transport,
  repository: string,
  blob: BlobSource,
  onSent: (bytes: number) => void,
  mountFrom?: string,
): Promise<boolean> {
  if (await hasBlob(transport, repository, blob.digest)) return false;
  let session: Session | undefined;
  if (mountFrom !== undefined) {
    const answer = await transport.retry(() => mount(transport, repository, blob.digest, mountFrom));
    if (answer === 'mounted') return false;
    session = answer;
  }
  const content = await blob.open();

  await transport.retry(async (number) => {
    // The last answer may have been lost, not the last request.
    if (number > 1 && (await hasBlob(transport, repository, blob.digest))) return;
    if (number > 1) session = session && (await resume(transport, session.location));
    session ??= { location: locationOf(await start(transport, repository)), offset: 0 };
    onSent(session.offset);
    while (blob.size - session.offset > CHUNK_BYTES) {
      const end: number = session.offset + CHUNK_BYTES;
      const answer = await transport.send({
        method: 'PATCH',
        path: session.location,
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `${session.offset}-${end - 1}`,
        },
        body: content.slice(session.offset, end),
        expect: [202],
        once: true,
      });
      session = { location: locationOf(answer), offset: end };
      onSent(end);
    }
    const separator = session.location.includes('?') ? '&' : '?';
    await transport.send({
      method: 'PUT',
      path: `${session.location}${separator}digest=${blob.digest}`,
      headers: { 'content-type': 'application/octet-stream' },
      body: content.slice(session.offset),
      expect: [201],
      once: true,
    });
    onSent(blob.size);
  });
  return true;
}

export async function hasBlob(transport: Transport, repository: string, digest: Digest): Promise<boolean> {
  const path = `/v2/${repository}/blobs/${digest}`;
  return (await transport.send({ method: 'HEAD', path, expect: [200, 404] })).status === 200;
}

/**
 * Asks for the blob out of another repository of the same registry (§ Mounting a blob from another repository).
 * Where that is not possible the answer is an upload session as any other.
 */
async function mount(
  transport: Transport,
  repository: string,
  digest: Digest,
  from: string,
): Promise<'mounted' | Session> {
  const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
  const answer = await transport.send({ method: 'POST', path, expect: [201, 202], once: true });
  return answer.status === 201 ? 'mounted' : { location: locationOf(answer), offset: 0 };
}

function start(transport: Transport, repository: string): Promise<Response> {
  const path = `/v2/${repository}/blobs/uploads/`;
  return transport.send({ method: 'POST', path, expect: [202], once: true });
}

/** An upload under way: where it goes on, and after how many bytes. */
interface Session {
  readonly location: string;
  readonly offset: number;
}

/** Where the registry wants us to go on; undefined when it has forgotten the upload. */
async function resume(transport: Transport, location: string): Promise<Session | undefined> {
  try {
    const answer = await transport.send({ method: 'GET', path: location, expect: [204, 404], once: true });
    if (answer.status === 404) return undefined;
    const last = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1];
    // An empty upload is "0-0" in Distribution: start over rather than guess whether one byte is there.
    if (last === undefined || last === '0') return undefined;
    return { location: locationOf(answer), offset: Number(last) + 1 };
  } catch (error) {
    if (isTransient(error)) throw error;
    return undefined; // It cannot say how far it got: a new upload is always allowed.
  }
}

function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new HttpError('The registry named no upload location', answer);
  return location;
}
