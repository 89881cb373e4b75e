import { setTimeout as wait } from 'node:timers/promises';
import {
  type DeliveryError,
  type Descriptor,
  type Digest,
  type ImageIndex,
  type ImageManifest,
  isDigest,
  mediaTypes,
  SBOM_TYPE,
  shortDigest,
} from '@ehr/delivery-core';
import { type ArtifactDocument, digestOf, pushArtifact, putManifest, readManifest } from './artifact.ts';
import { registryError } from './registry-errors.ts';
import { createTransport, pagesOf, type Transport, type TransportOptions } from './transport.ts';

/** A manifest that is attached to a digest. */
export interface Referrer extends Descriptor {
  readonly artifactType?: string;
}

/** What is attached to the images of one repository; its functions throw what `Transport` throws. */
export interface Referrers {
  list(digest: Digest): Promise<readonly Referrer[]>;
  /** Attaches those whose type is not there yet; returns the types that were added. Digest and tags stay as they are. */
  attach(
    digest: Digest,
    documents: readonly Pick<ArtifactDocument, 'artifactType' | 'text' | 'created'>[],
  ): Promise<readonly string[]>;
  /**
   * An attached document, and what its manifest names as its subject.
   * @throws REGISTRY_REFUSED when the content does not have its digest
   */
  fetch(referrer: Digest): Promise<{ readonly subject: Digest | null; readonly text: string }>;
  /** The SBOM of an image as it was attached; null when there is none. Throws what `fetch` throws. */
  readSbom(digest: Digest): Promise<string | null>;
}

/** The referrers of one repository: by the registry's API, or by the referrers tag where there is no API. */
export function createReferrers(options: TransportOptions): Referrers {
  const transport = createTransport(options);
  return {
    list: (digest) => list(transport, digest),
    fetch: (referrer) => fetchDocument(transport, referrer),
    attach: (digest, documents) => attach(transport, digest, documents),
    readSbom: async (digest) => {
      const referrers = await list(transport, digest);
      const sbom = referrers.find(({ artifactType }) => artifactType === SBOM_TYPE);
      if (sbom === undefined) return null;
      const { subject, text } = await fetchDocument(transport, sbom.digest);
      return subject === digest ? text : null;
    },
  };
}

/** Whether a tag attaches something to a digest and names no image: the referrers tag, or one of cosign's. */
export function isAttachmentTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(\.(sig|att|sbom))?$/.test(tag);
}

/** How a registry answers that has no referrers API; 400 and 405 are not in the specification, and occur. */
const NO_API = [400, 404, 405, 406];

/**
 * From the API (distribution spec § Listing Referrers), and from the tag where there is no API or it has nothing: what
 * was attached before a registry got the API is under the tag.
 */
async function list(transport: Transport, digest: Digest): Promise<readonly Referrer[]> {
  const found: Referrer[] = [];
  const headers = { accept: mediaTypes.index };
  const request = { path: `referrers/${digest}`, headers, expect: [200, ...NO_API] };
  for await (const answer of pagesOf(transport, request)) {
    if (answer.status !== 200) break;
    found.push(...((await readIndex(answer))?.manifests ?? []));
  }
  return found.length > 0 ? found : readReferrersTag(transport, digest);
}

/** What the index under the tag has; nothing when there is none. */
async function readReferrersTag(transport: Transport, digest: Digest): Promise<readonly Referrer[]> {
  const answer = await transport.send({
    path: `manifests/${referrersTag(digest)}`,
    headers: { accept: mediaTypes.index },
    expect: [200, 404],
  });
  return (answer.status === 200 ? await readIndex(answer) : undefined)?.manifests ?? [];
}

/** Where a registry without the referrers API keeps the list of them (distribution spec § Referrers Tag Schema). */
function referrersTag(digest: Digest): string {
  return digest.replace(':', '-');
}

/** Undefined for what is no index: a web page that a proxy gives for every address, somebody's image. */
async function readIndex(answer: Response): Promise<ImageIndex | undefined> {
  const document = (await answer.json().catch(() => undefined)) as Partial<ImageIndex> | null | undefined;
  return Array.isArray(document?.manifests) ? (document as ImageIndex) : undefined;
}

async function attach(
  transport: Transport,
  digest: Digest,
  documents: Parameters<Referrers['attach']>[1],
): Promise<readonly string[]> {
  const there = (await list(transport, digest)).map(({ artifactType }) => artifactType);
  const missing = documents.filter(({ artifactType }) => !there.includes(artifactType));
  if (missing.length === 0) return [];
  const { mediaType, text } = await readManifest(transport, digest);
  const subject = { mediaType, digest, size: Buffer.byteLength(text) };
  const unlisted: Referrer[] = [];
  for (const document of missing) {
    const { descriptor, answer } = await pushArtifact(transport, { ...document, subject, isNew: true });
    // A registry that lists referrers by itself answers with this header; for any other we keep the list.
    if (answer.headers.get('oci-subject') === null) unlisted.push(descriptor);
  }
  if (unlisted.length > 0) await addToReferrersTag(transport, digest, unlisted);
  return missing.map(({ artifactType }) => artifactType);
}

const MAX_ROUNDS = 10;
/** At least; and some of the rounds that the registry takes just now. */
const PAUSE = { milliseconds: 150, rounds: 3 } as const;

/**
 * Adds to the list under the tag. A registry cannot compare and swap, so what was written is read again, after a
 * moment in which another writer's list would have replaced it, and added again if it did: ours to theirs.
 */
async function addToReferrersTag(
  transport: Transport,
  subject: Digest,
  referrers: readonly Referrer[],
): Promise<void> {
  const tag = referrersTag(subject);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const since = performance.now();
    const there = await readReferrersTag(transport, subject);
    const missing = referrers.filter(({ digest }) => !there.some((referrer) => referrer.digest === digest));
    if (missing.length === 0) return;
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [...there, ...missing],
    });
    await putManifest(transport, tag, mediaTypes.index, text);
    // Of two that write over each other without end, one waits longer.
    const pause = Math.max(PAUSE.milliseconds, PAUSE.rounds * (performance.now() - since));
    await wait(pause * (1 + Math.random() * round));
    // HEAD, not GET: Docker Hub counts a GET as a pull.
    const request = { method: 'HEAD', path: `manifests/${tag}`, expect: [200, 404] } as const;
    const now = await transport.send({ ...request, headers: { accept: mediaTypes.index } });
    if (now.headers.get('docker-content-digest') === digestOf(text)) return;
  }
  throw registryError(
    'REGISTRY_REFUSED',
    `What is attached to ${shortDigest(subject)} did not stay in its list in ${MAX_ROUNDS} rounds.`,
  );
}

async function fetchDocument(transport: Transport, digest: Digest): ReturnType<Referrers['fetch']> {
  const read = async (kind: 'manifests' | 'blobs', expected: Digest) => {
    const headers = { accept: mediaTypes.manifest };
    const text = await (await transport.send({ path: `${kind}/${expected}`, headers })).text();
    if (digestOf(text) === expected) return text;
    throw damaged(`The content of ${shortDigest(expected)} has another digest.`);
  };
  const manifest = JSON.parse(await read('manifests', digest)) as ImageManifest;
  const layer = manifest.layers?.[0]?.digest;
  if (!isDigest(layer)) throw damaged(`${shortDigest(digest)} holds no document.`);
  return { subject: manifest.subject?.digest ?? null, text: await read('blobs', layer) };
}

function damaged(message: string): DeliveryError {
  return registryError('REGISTRY_REFUSED', message, {
    hint: 'The registry’s content is damaged or was tampered with.',
  });
}
