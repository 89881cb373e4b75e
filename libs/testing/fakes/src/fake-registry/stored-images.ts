import { createHash } from 'node:crypto';

/** A manifest or an index as it was pushed. */
export interface StoredManifest {
  readonly type: string;
  readonly body: Buffer;
}

/** One repository of a fake registry. */
export interface StoredRepository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, StoredManifest>;
  /** Tag → digest. */
  readonly tags: Map<string, string>;
}

/** A repository with nothing in it. */
export function emptyRepository(): StoredRepository {
  return { blobs: new Map(), manifests: new Map(), tags: new Map() };
}

/** `sha256:…` of the content. */
export function contentDigest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

interface Named {
  readonly digest: string;
}

/** Stores a manifest under its digest, and its tag; the digests that it lacks, when something it names is not there. */
export function storeManifest(
  repository: StoredRepository,
  name: string,
  manifest: StoredManifest,
): { readonly digest: string } | { readonly lacks: readonly string[] } {
  const parsed = JSON.parse(manifest.body.toString()) as {
    readonly config?: Named;
    readonly layers?: readonly Named[];
    readonly manifests?: readonly Named[];
  };
  const blobs = [...(parsed.config === undefined ? [] : [parsed.config]), ...(parsed.layers ?? [])];
  const lacks = [
    ...blobs.filter(({ digest }) => !repository.blobs.has(digest)),
    ...(parsed.manifests ?? []).filter(({ digest }) => !repository.manifests.has(digest)),
  ];
  if (lacks.length > 0) return { lacks: lacks.map(({ digest }) => digest) };
  const digest = contentDigest(manifest.body);
  repository.manifests.set(digest, manifest);
  if (name !== digest) repository.tags.set(name, digest);
  return { digest };
}

/** What is attached to a digest, as descriptors. */
export function referrersOf({ manifests }: StoredRepository, subject: string) {
  return [...manifests].flatMap(([digest, { type, body }]) => {
    const {
      artifactType,
      annotations,
      subject: of,
    } = JSON.parse(body.toString()) as Record<string, never> & {
      subject?: Named;
    };
    if (of?.digest !== subject) return [];
    return [{ mediaType: type, digest, size: body.length, artifactType, annotations }];
  });
}
