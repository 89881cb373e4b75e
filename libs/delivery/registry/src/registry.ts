import {
  type Digest,
  type Documents,
  FINGERPRINT_LABEL,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  imageSchemaOf,
  isDigest,
  isImageIndex,
  openJournal,
  platformName,
  type Registry,
  standInForLabel,
  type StoredLayer,
} from '@ehr/delivery-core';
import { digestOf, IMAGE_TYPES, putManifest, readManifest } from './artifact.ts';
import { createDocuments } from './documents.ts';
import { openLayout } from './layout.ts';
import { missingBytes, pushLayout } from './push-layout.ts';
import { listTags, untag } from './tags.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

/** Which repository, how to reach it, and where its blobs may come from. */
interface RegistryOptions extends TransportOptions {
  /** A sibling repository of the same registry whose blobs may be taken over: services share their base's layers. */
  readonly mountFrom?: string;
  /** Where the service's journal and locks are; default: beside its images. */
  readonly documents?: Documents;
}

/** The `Registry` port over the OCI distribution API, for one repository; its functions throw what `Transport` throws. */
export function createRegistry(options: RegistryOptions): Registry {
  const transport = createTransport(options);
  const documents = options.documents ?? createDocuments(transport);
  return {
    repository: { registry: options.registry, repository: options.repository },
    resolve: (tagOrDigest) => resolve(transport, tagOrDigest),
    listTags: (prefix) => listTags(transport, prefix),
    push: async (layout, onProgress) => {
      const { digest, blobBytes } = layout;
      const opened = await openLayout(layout.directory);
      transport.manifests.set(digest, opened.index);
      return pushLayout(transport, opened, blobBytes, onProgress, options.mountFrom);
    },
    missingBytes: (layout) => missingBytes(transport, layout),
    tag: async (digest, tag) => {
      const manifest = await readManifest(transport, digest);
      await putManifest(transport, tag, manifest.mediaType, manifest.text);
    },
    untag: (tag) => untag(transport, tag),
    describe: (tagOrDigest) => describe(transport, tagOrDigest),
    documents,
    journal: openJournal(options.repository.split('/').at(-1) ?? '', documents),
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
  const fingerprints = [...new Set(parsed.map(({ config }) => config?.Labels?.[FINGERPRINT_LABEL]))];
  return {
    digest: digestOf(text),
    platforms: parsed.map(platformName).sort(),
    fingerprint: fingerprints.length === 1 ? (fingerprints[0] ?? 'unknown') : 'unknown',
    standInFor: standInForLabel(parsed),
    schema: imageSchemaOf(parsed),
    layers: Object.fromEntries(
      parsed.map((config, position) => [platformName(config), layersOf(manifests[position] ?? '{}')]),
    ),
  };
}

function layersOf(manifest: string): readonly StoredLayer[] {
  const { layers = [] } = JSON.parse(manifest) as Partial<ImageManifest>;
  return layers.map(({ digest, size }) => ({ digest, size }));
}
