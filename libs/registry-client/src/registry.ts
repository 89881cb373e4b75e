import { releaseRecordTag } from '@ehr/delivery';
import type { ImageLayout, PushProgress, PushResult, Registry, ReleaseRecord } from '@ehr/delivery';
import { isDigest, mediaTypes } from '@ehr/oci';
import type { Digest, ImageManifest } from '@ehr/oci';
import { createHash } from 'node:crypto';
import { listTags } from './list-tags.ts';
import { pushLayout } from './push-layout.ts';
import { createTransport } from './transport.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { uploadBlob } from './upload-blob.ts';

export interface RegistryOptions extends TransportOptions {
  readonly repository: string;
  /** A sibling repository of the same registry whose blobs may be taken over: services share their base's layers. */
  readonly mountFrom?: string;
}

const MANIFESTS = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(', ');

/** The `Registry` port over the OCI distribution API, for one repository. */
export function createRegistry(options: RegistryOptions): Registry {
  const { repository } = options;
  const transport = createTransport(options);

  async function resolve(tagOrDigest: string): Promise<Digest | null> {
    // HEAD, not GET: Docker Hub counts a GET as a pull.
    const answer = await transport.send({
      method: 'HEAD',
      path: `/v2/${repository}/manifests/${tagOrDigest}`,
      headers: { accept: MANIFESTS },
      expect: [200, 404],
    });
    const digest = answer.headers.get('docker-content-digest');
    return answer.status === 200 && isDigest(digest) ? digest : null;
  }

  return {
    name: `${options.registry}/${repository}`,
    resolve,
    listTags: () => listTags(transport, repository),
    push: async (layout: ImageLayout, onProgress: (progress: PushProgress) => void): Promise<PushResult> => {
      if ((await resolve(layout.digest)) === layout.digest) {
        return { digest: layout.digest, sentBytes: 0, sentBlobs: 0, presentBlobs: 0 };
      }
      return pushLayout(transport, repository, layout, onProgress, options.mountFrom);
    },
    tag: (digest, tag) => copyManifest(transport, repository, digest, tag),
    record: (record) => pushRecord(transport, repository, record),
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
    headers: { accept: MANIFESTS },
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

/** An OCI artifact (image spec § Guidelines for Artifact Usage): empty config, the record as its one layer. */
async function pushRecord(transport: Transport, repository: string, record: ReleaseRecord): Promise<void> {
  const layer = bytes(JSON.stringify(record), 'application/json');
  const config = bytes('{}', mediaTypes.empty);
  for (const blob of [config, layer]) await uploadBlob(transport, repository, blob, () => undefined);
  const describe = ({ mediaType, digest, size }: typeof layer) => ({ mediaType, digest, size });
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: 'application/vnd.ehr-connect.release.v1+json',
    config: describe(config),
    layers: [describe(layer)],
    annotations: { 'org.opencontainers.image.created': record.provedAt },
  };
  await transport.send({
    method: 'PUT',
    path: `/v2/${repository}/manifests/${releaseRecordTag(record)}`,
    headers: { 'content-type': mediaTypes.manifest },
    body: JSON.stringify(manifest),
    expect: [201],
  });
}

function bytes(text: string, mediaType: string) {
  const content = Buffer.from(text);
  const digest: Digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { mediaType, digest, size: content.length, open: async () => new Blob([content]) };
}
