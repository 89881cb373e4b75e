import type { Digest, ImageLayout, PushProgress, PushResult, Registry } from '@ehr/delivery-core';
import { isDigest, mediaTypes } from '@ehr/delivery-core';
import { describeImage } from './describe-image.ts';
import { readJournalEntry, writeJournalEntry } from './journal-artifact.ts';
import { missingBytes } from './missing-bytes.ts';
import { listTags } from './list-tags.ts';
import { MANIFEST_TYPES } from './manifest-types.ts';
import { pushLayout } from './push-layout.ts';
import { createTransport } from './transport.ts';
import type { Transport, TransportOptions } from './transport.ts';

export interface RegistryOptions extends TransportOptions {
  readonly repository: string;
  /** A sibling repository of the same registry whose blobs may be taken over: services share their base's layers. */
  readonly mountFrom?: string;
}

/** The `Registry` port over the OCI distribution API, for one repository. */
export function createRegistry(options: RegistryOptions): Registry {
  const { repository } = options;
  const transport = createTransport(options);

  async function resolve(tagOrDigest: string): Promise<Digest | null> {
    // HEAD, not GET: Docker Hub counts a GET as a pull.
    const answer = await transport.send({
      method: 'HEAD',
      path: `/v2/${repository}/manifests/${tagOrDigest}`,
      headers: { accept: MANIFEST_TYPES },
      expect: [200, 404],
    });
    const digest = answer.headers.get('docker-content-digest');
    return answer.status === 200 && isDigest(digest) ? digest : null;
  }

  return {
    repository: { registry: options.registry, repository },
    resolve,
    listTags: () => listTags(transport, repository),
    push: async (layout: ImageLayout, onProgress: (progress: PushProgress) => void): Promise<PushResult> => {
      if ((await resolve(layout.digest)) === layout.digest) {
        return { digest: layout.digest, sentBytes: 0, sentBlobs: 0, presentBlobs: 0 };
      }
      return pushLayout(transport, repository, layout, onProgress, options.mountFrom);
    },
    missingBytes: (layout) => missingBytes(transport, repository, layout),
    tag: (digest, tag) => copyManifest(transport, repository, digest, tag),
    describe: (name) => describeImage(transport, repository, name),
    record: (entry) => writeJournalEntry(transport, repository, entry),
    readEntry: (tag) => readJournalEntry(transport, repository, tag),
  };
}

/** Gives the manifest another name. Its bytes go back as they came: parsing and printing would change the digest. */
async function copyManifest(
  transport: Transport,
  repository: string,
  digest: Digest,
  tag: string,
): Promise<void> {
  const path = `/v2/${repository}/manifests`;
  const source = await transport.send({
    method: 'GET',
    path: `${path}/${digest}`,
    headers: { accept: MANIFEST_TYPES },
    expect: [200],
  });
  const mediaType = source.headers.get('content-type') ?? mediaTypes.index;
  await transport.send({
    method: 'PUT',
    path: `${path}/${tag}`,
    headers: { 'content-type': mediaType },
    body: await source.text(),
    expect: [201],
  });
}
