import { FINGERPRINT_LABEL, coreError, platformName } from '@ehr/delivery-core';
import type { ImageLayout } from '@ehr/delivery-core';

import { openLayout } from './open-layout.ts';

/** What a delivery decides with: digest, platforms and fingerprint of the layout in `directory`. */
export async function readImageLayout(directory: string): Promise<ImageLayout> {
  const { index, manifests, blobs } = await openLayout(directory);
  const fingerprints = new Set(manifests.map(({ config }) => config.config?.Labels?.[FINGERPRINT_LABEL]));
  const [fingerprint, ...others] = fingerprints;
  if (fingerprint === undefined || others.length > 0) {
    throw coreError(
      'LAYOUT_INVALID',
      `The images in ${directory} do not carry one label ${FINGERPRINT_LABEL}; found ${[...fingerprints].join(', ')}.`,
    );
  }
  return {
    directory,
    digest: index.digest,
    platforms: manifests.map(({ config }) => platformName(config)).sort(),
    fingerprint,
    blobBytes: blobs.reduce((sum, blob) => sum + blob.size, 0),
  };
}
