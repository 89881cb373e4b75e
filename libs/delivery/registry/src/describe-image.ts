import { FINGERPRINT_LABEL, isDigest, isImageIndex, platformName } from '@ehr/delivery-core';
import type { Digest, ImageConfig, ImageIndex, ImageLayout, ImageManifest } from '@ehr/delivery-core';
import { MANIFEST_TYPES } from './manifest-types.ts';
import type { Transport } from './transport.ts';

/** What an image in the registry is: digest, platforms and fingerprint; null when it has none of that name. */
export async function describeImage(
  transport: Transport,
  repository: string,
  tagOrDigest: string,
): Promise<Pick<ImageLayout, 'digest' | 'fingerprint' | 'platforms'> | null> {
  const get = async (path: string, expect = [200]) =>
    transport.send({
      method: 'GET',
      path: `/v2/${repository}/${path}`,
      headers: { accept: MANIFEST_TYPES },
      expect,
    });
  const answer = await get(`manifests/${tagOrDigest}`, [200, 404]);
  const digest = answer.headers.get('docker-content-digest');
  if (answer.status === 404 || !isDigest(digest)) return null;
  const document = (await answer.json()) as ImageIndex | ImageManifest;
  const manifests = isImageIndex(document)
    ? await Promise.all(
        document.manifests.map(
          async (entry) => (await get(`manifests/${entry.digest}`)).json() as Promise<ImageManifest>,
        ),
      )
    : [document];
  const configs = await Promise.all(
    manifests.map(async ({ config }) => (await get(`blobs/${config.digest}`)).json() as Promise<ImageConfig>),
  );
  return {
    digest: digest satisfies Digest,
    platforms: configs.map(platformName).sort(),
    fingerprint: configs[0]?.config?.Labels?.[FINGERPRINT_LABEL] ?? 'unknown',
  };
}
