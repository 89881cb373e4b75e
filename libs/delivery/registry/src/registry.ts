import {
  type Digest,
  FINGERPRINT_LABEL,
  hasCode,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  isDigest,
  isImageIndex,
  isTag,
  type JournalEntry,
  journalTag,
  lockTag,
  mediaTypes,
  platformName,
  type Registry,
} from '@ehr/delivery-core';
import { digestOf, IMAGE_TYPES, pushArtifact, putManifest } from './artifact.ts';
import { isWhole, missingBytes, pushLayout } from './push-layout.ts';
import { isAttachmentTag } from './referrers.ts';
import { createTransport, pagesOf, type Transport, type TransportOptions } from './transport.ts';

/** Which repository, how to reach it, and where its blobs may come from. */
interface RegistryOptions extends TransportOptions {
  /** A sibling repository of the same registry whose blobs may be taken over: services share their base's layers. */
  readonly mountFrom?: string;
}

/** The `Registry` port over the OCI distribution API, for one repository; its functions throw what `Transport` throws. */
export function createRegistry(options: RegistryOptions): Registry {
  const transport = createTransport(options);
  return {
    repository: { registry: options.registry, repository: options.repository },
    resolve: (tagOrDigest) => resolve(transport, tagOrDigest),
    listTags: () => listTags(transport),
    push: async (layout, onProgress) => {
      const { digest } = layout;
      if (await isWhole(transport, layout)) return { digest, sentBytes: 0, sentBlobs: 0, presentBlobs: 0 };
      return pushLayout(transport, layout, onProgress, options.mountFrom);
    },
    missingBytes: (layout) => missingBytes(transport, layout),
    tag: (digest, tag) => copyManifest(transport, digest, tag),
    untag: (tag) => untag(transport, tag),
    describe: (tagOrDigest) => describe(transport, tagOrDigest),
    record: (entry) => record(transport, entry),
    readEntry: (tag) => readEntry(transport, tag),
    readLock: (environment) => readLock(transport, environment),
    writeLock: (environment, content) => writeLock(transport, environment, content),
  };
}

async function resolve(transport: Transport, tagOrDigest: string): Promise<Digest | null> {
  const path = `manifests/${tagOrDigest}`;
  const headers = { accept: IMAGE_TYPES };
  // HEAD, not GET: Docker Hub counts a GET as a pull.
  const answer = await transport.send({ method: 'HEAD', path, headers, expect: [200, 404] });
  if (answer.status === 404) return null;
  const digest = answer.headers.get('docker-content-digest') ?? tagOrDigest;
  if (isDigest(digest)) return digest;
  // The header is only recommended, and some proxies take it away: then the content says it.
  const whole = await transport.send({ path, headers, expect: [200, 404] });
  return whole.status === 404 ? null : digestOf(await whole.text());
}

/** What every registry gives in one answer. */
const PAGE = 100;

/** None when there is no repository. Tags that only attach something to a digest name no image and are left out. */
async function listTags(transport: Transport): Promise<readonly string[]> {
  const tags: string[] = [];
  for await (const answer of pagesOf(transport, { path: `tags/list?n=${PAGE}`, expect: [200, 404] })) {
    if (answer.status === 404) return [];
    // A repository whose tags were all deleted answers `null`.
    tags.push(...(((await answer.json()) as { tags?: string[] | null }).tags ?? []));
  }
  return tags.filter((tag) => !isAttachmentTag(tag));
}

/** Gives the manifest another name. Its bytes stay as they are: parsing and printing would change the digest. */
async function copyManifest(transport: Transport, digest: Digest, tag: string): Promise<void> {
  const source = await transport.send({ path: `manifests/${digest}`, headers: { accept: IMAGE_TYPES } });
  const mediaType = source.headers.get('content-type') ?? mediaTypes.index;
  await putManifest(transport, tag, mediaType, await source.text());
}

/**
 * DELETE by tag, never by digest, which would take every other name of the image along (distribution spec § Deleting
 * tags). Several registries do not offer it, or not to whoever may push.
 */
async function untag(transport: Transport, tag: string): Promise<boolean> {
  if (!isTag(tag)) throw new TypeError(`${tag} is not a tag.`);
  try {
    // Distribution 2 calls a tag an invalid digest (400).
    const expect = [200, 202, 204, 400, 404, 405, 501];
    const { status } = await transport.send({ method: 'DELETE', path: `manifests/${tag}`, expect });
    return status < 300 || status === 404;
  } catch (error) {
    if (hasCode(error, 'REGISTRY_UNAUTHORIZED')) return false;
    throw error;
  }
}

/**
 * Null, too, for an index whose manifests are not all there: nobody can pull it. (Distribution's clean-up of untagged
 * manifests does that to a tagged index.)
 */
async function describe(transport: Transport, tagOrDigest: string): ReturnType<Registry['describe']> {
  const read = async (path: string): Promise<string | null> => {
    const answer = await transport.send({ path, headers: { accept: IMAGE_TYPES }, expect: [200, 404] });
    return answer.status === 404 ? null : answer.text();
  };
  const text = await read(`manifests/${tagOrDigest}`);
  if (text === null) return null;
  const document = JSON.parse(text) as ImageIndex | ImageManifest;
  const manifests = isImageIndex(document)
    ? await Promise.all(document.manifests.map(({ digest }) => read(`manifests/${digest}`)))
    : [text];
  if (!manifests.every((manifest) => manifest !== null)) return null;
  const configs = await Promise.all(
    manifests.map((manifest) => read(`blobs/${(JSON.parse(manifest) as ImageManifest).config.digest}`)),
  );
  if (!configs.every((config) => config !== null)) return null;
  const parsed = configs.map((config) => JSON.parse(config) as ImageConfig);
  return {
    digest: digestOf(text),
    platforms: parsed.map(platformName).sort(),
    fingerprint: parsed[0]?.config?.Labels?.[FINGERPRINT_LABEL] ?? 'unknown',
  };
}

const JOURNAL_TYPE = 'application/vnd.ehr-connect.journal.v1+json';

async function record(transport: Transport, entry: JournalEntry): Promise<void> {
  const text = JSON.stringify(entry);
  const document = { artifactType: JOURNAL_TYPE, layerType: 'application/json', text, created: entry.at };
  await pushArtifact(transport, document, journalTag(entry));
}

/** Null when there is no such tag, or it names something else. */
async function readEntry(transport: Transport, tag: string): Promise<JournalEntry | null> {
  const headers = { accept: mediaTypes.manifest };
  const answer = await transport.send({ path: `manifests/${tag}`, headers, expect: [200, 404] });
  if (answer.status === 404) return null;
  const { artifactType, layers } = (await answer.json()) as ImageManifest;
  const [layer] = layers;
  if (artifactType !== JOURNAL_TYPE || layer === undefined) return null;
  return (await (await transport.send({ path: `blobs/${layer.digest}` })).json()) as JournalEntry;
}

const LOCK_TYPE = 'application/vnd.ehr-connect.lock.v1+json';
/** The manifest itself holds what the lock says: read by one request, written by one. */
const LOCK_ANNOTATION = 'connect.ehr.lock';

async function readLock(transport: Transport, environment: string): Promise<string | null> {
  const headers = { accept: mediaTypes.manifest };
  const answer = await transport.send({
    path: `manifests/${lockTag(environment)}`,
    headers,
    expect: [200, 404],
  });
  if (answer.status === 404) return null;
  const { annotations } = (await answer.json()) as ImageManifest;
  return annotations?.[LOCK_ANNOTATION] ?? null;
}

async function writeLock(transport: Transport, environment: string, content: string): Promise<void> {
  const annotations = { [LOCK_ANNOTATION]: content };
  const document = { artifactType: LOCK_TYPE, layerType: mediaTypes.empty, text: '{}', annotations };
  await pushArtifact(transport, document, lockTag(environment));
}
