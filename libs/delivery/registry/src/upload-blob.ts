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

/** Large enough that a fast line is not slowed, small enough that a broken line loses little; GHCR takes no larger one. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A smaller blob is sent sooner than it is asked for: a mount may cost a sign-in to the other repository. */
const SMALL_BYTES = 1024 * 1024;

/** Attempts of an upload in chunks that may end with a fault that a retry is good for. */
const FAULTS = 2;

/** Registries that do not take chunks as the specification has them, for as long as this process runs. */
const wholeOnly = new WeakSet<Transport>();

/**
 * Uploads a blob in chunks unless the repository has it (distribution spec § Pushing a blob in chunks). After a broken
 * connection only the chunk in transit is sent again. A blob that `mountFrom`, another repository of the registry, has
 * is taken over from there (§ Mounting a blob from another repository). A registry that refuses chunks, or loses them,
 * gets this blob and all others by one PUT, which is how BuildKit pushes.
 * Returns whether bytes were sent; `onSent` gets how many bytes of the blob the registry has.
 */
export async function uploadBlob(
  transport: Transport,
  blob: BlobSource,
  onSent: (bytes: number) => void,
  { mountFrom, isLacking = false }: UploadOptions = {},
): Promise<boolean> {
  if (!isLacking && (await hasBlob(transport, blob.digest))) return false;
  const content = await blob.open();
  let session: Session | null = null;
  let sent = false;
  await transport.retry(async (number) => {
    // The last answer may have been lost, not the last request.
    if (number > 1 && (await hasBlob(transport, blob.digest))) return;
    if (session !== null) session = await resume(transport, session);
    session ??= await begin(transport, blob.digest, blob.size < SMALL_BYTES ? undefined : mountFrom);
    if (session === null) return;
    sent = true;
    onSent(session.offset);
    const inChunks = session.offset > 0 || (blob.size > session.chunkBytes && !wholeOnly.has(transport));
    try {
      while (inChunks && session.offset < blob.size) {
        session = await sendChunk(transport, session, content);
        onSent(session.offset);
      }
      await finish(transport, session, blob.digest, content.slice(session.offset));
    } catch (error) {
      // A fault of the moment, unless it comes again and again.
      if (!inChunks || (isTransient(error) && number <= FAULTS)) throw error;
      wholeOnly.add(transport);
      onSent(0);
      session = await begin(transport, blob.digest);
      if (session !== null) await finish(transport, session, blob.digest, content);
    }
    onSent(blob.size);
  });
  return sent;
}

/** What is known of a blob before its upload. */
interface UploadOptions {
  /** Another repository of the registry that may have it. */
  readonly mountFrom?: string | undefined;
  /** The repository said that it lacks the blob. */
  readonly isLacking?: boolean;
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
  readonly chunkBytes: number;
}

const OCTETS = { 'content-type': 'application/octet-stream' } as const;

/** The next chunk. @throws HttpError also when the registry took it and does not have it */
async function sendChunk(transport: Transport, session: Session, content: Blob): Promise<Session> {
  const { location, offset, chunkBytes } = session;
  const end = Math.min(content.size, offset + chunkBytes);
  const answer = await transport.send({
    method: 'PATCH',
    path: location,
    headers: { ...OCTETS, 'content-range': `${offset}-${end - 1}` },
    body: content.slice(offset, end),
    // ECR says 201.
    expect: [201, 202, 204],
    once: true,
  });
  const has = endOf(answer);
  if (has !== undefined && has !== end)
    throw new HttpError(`The registry has ${has} bytes of an upload of which ${end} were sent`, {
      status: 416,
      headers: answer.headers,
    });
  return { ...session, location: locationOf(answer), offset: end };
}

/** The PUT that makes a blob of the upload, with what was not sent before. */
async function finish(
  transport: Transport,
  { location }: Session,
  digest: Digest,
  body: Blob,
): Promise<void> {
  const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
  await transport.send({ method: 'PUT', path, headers: OCTETS, body, expect: [201], once: true });
}

/** A new upload; null when the registry took the blob over from `mountFrom` instead. */
async function begin(transport: Transport, digest: Digest, mountFrom?: string): Promise<Session | null> {
  if (mountFrom !== undefined && !cannotMount.has(transport)) {
    try {
      const path = `blobs/uploads/?mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
      const answer = await transport.send({ method: 'POST', path, expect: [201, 202], once: true });
      return answer.status === 201 ? null : sessionOf(answer);
    } catch (error) {
      if (isTransient(error)) throw error;
      // A sign-in for this repository alone: then there is nothing to take over.
      cannotMount.add(transport);
    }
  }
  const answer = await transport.send({ method: 'POST', path: 'blobs/uploads/', expect: [202], once: true });
  return sessionOf(answer);
}

/** Those whose sign-in may not read the sibling, for as long as this process runs. */
const cannotMount = new WeakSet<Transport>();

function sessionOf(answer: Response): Session {
  const smallest = Number(answer.headers.get('oci-chunk-min-length') ?? 0);
  return { location: locationOf(answer), offset: 0, chunkBytes: Math.max(CHUNK_BYTES, smallest) };
}

/** Where the registry wants the upload to go on; null when a new one must be begun. */
async function resume(transport: Transport, session: Session): Promise<Session | null> {
  try {
    const answer = await transport.send({ path: session.location, expect: [204, 404], once: true });
    if (answer.status === 404) return null;
    const offset = endOf(answer);
    // An empty upload is "0-0" in Distribution: a new one rather than a guess whether one byte is there.
    if (offset === undefined || offset === 1) return null;
    return { ...session, location: locationOf(answer), offset };
  } catch (error) {
    if (isTransient(error)) throw error;
    return null; // How far it got is not known: a new upload is always allowed.
  }
}

/** How many bytes the registry has, by its `Range`; undefined when it does not say. */
function endOf(answer: Response): number | undefined {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}

function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new HttpError('The registry named no upload location', answer);
  return location;
}
