import { registryError } from '../registry-errors.ts';
import { isDigest, mediaTypes, shortDigest } from '@ehr/delivery-core';
import type { Digest, ImageManifest, DeliveryError } from '@ehr/delivery-core';
import { digestOf } from '../artifact-blob.ts';
import type { Transport } from '../transport.ts';

/** An attached document, and what its manifest says it is attached to. */
export interface FetchedArtifact {
  readonly subject: Digest | null;
  readonly text: string;
}

/** The document of an artifact; manifest and document are checked against their digests. */
export async function fetchArtifact(
  transport: Transport,
  repository: string,
  digest: Digest,
): Promise<FetchedArtifact> {
  const get = async (path: string, expected: Digest) => {
    const headers = { accept: mediaTypes.manifest };
    const text = await (
      await transport.send({ method: 'GET', path: `/v2/${repository}/${path}`, headers, expect: [200] })
    ).text();
    if (digestOf(text) !== expected) throw damaged(`The content of ${shortDigest(expected)} is another one.`);
    return text;
  };
  const manifest = JSON.parse(await get(`manifests/${digest}`, digest)) as ImageManifest;
  const layer = manifest.layers?.[0]?.digest;
  if (!isDigest(layer)) throw damaged(`${shortDigest(digest)} holds no document.`);
  return { subject: manifest.subject?.digest ?? null, text: await get(`blobs/${layer}`, layer) };
}

function damaged(message: string): DeliveryError {
  return registryError('REGISTRY_REFUSED', message, {
    hint: 'The registry’s content is damaged or was tampered with.',
  });
}
