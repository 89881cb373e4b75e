import {
  FINGERPRINT_LABEL,
  isDigest,
  isImageIndex,
  journalTag,
  mediaTypes,
  platformName,
  type Digest,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  type JournalEntry,
  type Registry,
} from '@ehr/delivery-core';
import { IMAGE_TYPES, pushArtifact, putManifest } from './artifact.ts';
import { missingBytes, pushLayout } from './push-layout.ts';
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
      if ((await resolve(transport, digest)) !== digest) {
        return pushLayout(transport, layout, onProgress, options.mountFrom);
      }
      return { digest, sentBytes: 0, sentBlobs: 0, presentBlobs: 0 };
    },
    missingBytes: (layout) => missingBytes(transport, layout),
    tag: (digest, tag) => copyManifest(transport, digest, tag),
    describe: (tagOrDigest) => describe(transport, tagOrDigest),
    record: (entry) => record(transport, entry),
    readEntry: (tag) => readEntry(transport, tag),
  };
}

async function resolve(transport: Transport, tagOrDigest: string): Promise<Digest | null> {
  // HEAD, not GET: Docker Hub counts a GET as a pull.
  const { status, headers } = await transport.send({
    method: 'HEAD',
    path: `manifests/${tagOrDigest}`,
    headers: { accept: IMAGE_TYPES },
    expect: [200, 404],
  });
  const digest = headers.get('docker-content-digest');
  return status === 200 && isDigest(digest) ? digest : null;
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

async function describe(transport: Transport, tagOrDigest: string): ReturnType<Registry['describe']> {
  const headers = { accept: IMAGE_TYPES };
  const read = async <T>(path: string) => (await (await transport.send({ path, headers })).json()) as T;
  const answer = await transport.send({ path: `manifests/${tagOrDigest}`, headers, expect: [200, 404] });
  const digest = answer.headers.get('docker-content-digest');
  if (answer.status === 404 || !isDigest(digest)) return null;
  const document = (await answer.json()) as ImageIndex | ImageManifest;
  const manifests = isImageIndex(document)
    ? await Promise.all(document.manifests.map((entry) => read<ImageManifest>(`manifests/${entry.digest}`)))
    : [document];
  const configs = await Promise.all(
    manifests.map(({ config }) => read<ImageConfig>(`blobs/${config.digest}`)),
  );
  return {
    digest,
    platforms: configs.map(platformName).sort(),
    fingerprint: configs[0]?.config?.Labels?.[FINGERPRINT_LABEL] ?? 'unknown',
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
