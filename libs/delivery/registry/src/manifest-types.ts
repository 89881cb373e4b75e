import { mediaTypes } from '@ehr/delivery-core';

/** The `Accept` of every question for an image: its index or manifest, in OCI's form or Docker's. */
export const MANIFEST_TYPES = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(', ');
