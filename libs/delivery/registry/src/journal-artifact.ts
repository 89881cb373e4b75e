import { journalTag, mediaTypes } from '@ehr/delivery-core';
import type { ImageManifest, JournalEntry } from '@ehr/delivery-core';
import { artifactBlob } from './artifact-blob.ts';
import type { Transport } from './transport.ts';
import { uploadBlob } from './upload-blob.ts';

const ARTIFACT_TYPE = 'application/vnd.ehr-connect.journal.v1+json';

/** Writes an entry as an OCI artifact (image spec § Guidelines for Artifact Usage): empty config, one JSON layer. */
export async function writeJournalEntry(
  transport: Transport,
  repository: string,
  entry: JournalEntry,
): Promise<void> {
  const layer = artifactBlob(JSON.stringify(entry), 'application/json');
  const config = artifactBlob('{}', mediaTypes.empty);
  for (const blob of [config, layer]) await uploadBlob(transport, repository, blob, () => undefined);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: ARTIFACT_TYPE,
    config: config.descriptor,
    layers: [layer.descriptor],
    annotations: { 'org.opencontainers.image.created': entry.at },
  };
  await transport.send({
    method: 'PUT',
    path: `/v2/${repository}/manifests/${journalTag(entry)}`,
    headers: { 'content-type': mediaTypes.manifest },
    body: JSON.stringify(manifest),
    expect: [201],
  });
}

/** The entry under a tag; null when there is none, or something else stands there. */
export async function readJournalEntry(
  transport: Transport,
  repository: string,
  tag: string,
): Promise<JournalEntry | null> {
  const answer = await transport.send({
    method: 'GET',
    path: `/v2/${repository}/manifests/${tag}`,
    headers: { accept: mediaTypes.manifest },
    expect: [200, 404],
  });
  if (answer.status === 404) return null;
  const manifest = (await answer.json()) as ImageManifest;
  const layer = manifest.layers[0];
  if (manifest.artifactType !== ARTIFACT_TYPE || layer === undefined) return null;
  const path = `/v2/${repository}/blobs/${layer.digest}`;
  return (await (await transport.send({ method: 'GET', path, expect: [200] })).json()) as JournalEntry;
}
