import { mediaTypes } from '@ehr/delivery-core';
import type { Descriptor, Digest, ImageManifest } from '@ehr/delivery-core';
import { setTimeout as wait } from 'node:timers/promises';
import { artifactBlob, digestOf } from '../artifact-blob.ts';
import { MANIFEST_TYPES } from '../manifest-types.ts';
import type { Transport } from '../transport.ts';
import { uploadBlob } from '../upload-blob.ts';
import { addToReferrersTag } from './add-to-referrers-tag.ts';
import { listReferrers } from './list-referrers.ts';
import type { Referrer } from './list-referrers.ts';

/** A document to attach to an image. */
export interface Artifact {
  /** Media type of the document, and the type by which the artifact is found. */
  readonly artifactType: string;
  readonly text: string;
  /** RFC 3339; a time of the document, not of the upload. */
  readonly created?: string;
}

/**
 * Attaches documents to a digest as OCI artifacts (image spec § Guidelines for Artifact Usage, `subject`), each unless
 * one of its type is there. The digest and its tags stay as they are. Returns the types that were added.
 */
export async function attachArtifacts(
  transport: Transport,
  repository: string,
  digest: Digest,
  artifacts: readonly Artifact[],
): Promise<readonly string[]> {
  const there = await listReferrers(transport, repository, digest);
  const lacking = artifacts.filter(
    ({ artifactType }) => !there.some((referrer) => referrer.artifactType === artifactType),
  );
  if (lacking.length === 0) return [];
  const subject = await describeSubject(transport, repository, digest);
  const unlisted: Referrer[] = [];
  for (const artifact of lacking) {
    const { referrer, listed } = await pushArtifact(transport, repository, subject, artifact);
    if (!listed) unlisted.push(referrer);
  }
  if (unlisted.length > 0) await addToReferrersTag(transport, repository, digest, unlisted);
  return lacking.map(({ artifactType }) => artifactType);
}

async function pushArtifact(
  transport: Transport,
  repository: string,
  subject: Descriptor,
  { artifactType, text, created }: Artifact,
): Promise<{ referrer: Referrer; listed: boolean }> {
  const layer = artifactBlob(text, artifactType);
  const config = artifactBlob('{}', mediaTypes.empty);
  for (const blob of [config, layer]) await uploadBlob(transport, repository, blob, () => undefined);
  const annotations =
    created === undefined ? {} : { annotations: { 'org.opencontainers.image.created': created } };
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: config.descriptor,
    layers: [layer.descriptor],
    subject,
    ...annotations,
  };
  const body = JSON.stringify(manifest);
  const digest = digestOf(body);
  const put = (expect: readonly number[]) =>
    transport.send({
      method: 'PUT',
      path: `/v2/${repository}/manifests/${digest}`,
      headers: { 'content-type': mediaTypes.manifest },
      body,
      expect,
    });
  let answer = await put([201, 400]);
  if (answer.status === 400) {
    // Distribution calls a digest invalid while another upload of the same blob rewrites its link.
    await wait(250);
    answer = await put([201]);
  }
  const size = Buffer.byteLength(body);
  const referrer = { mediaType: mediaTypes.manifest, digest, size, artifactType, ...annotations };
  // A registry that lists referrers by itself says so; for any other we keep the list.
  return { referrer, listed: answer.headers.get('oci-subject') !== null };
}

async function describeSubject(
  transport: Transport,
  repository: string,
  digest: Digest,
): Promise<Descriptor> {
  const answer = await transport.send({
    method: 'GET',
    path: `/v2/${repository}/manifests/${digest}`,
    headers: { accept: MANIFEST_TYPES },
    expect: [200],
  });
  const mediaType = answer.headers.get('content-type') ?? mediaTypes.index;
  return { mediaType, digest, size: (await answer.arrayBuffer()).byteLength };
}
