import { sharedTopLayers } from '@ehr/delivery-core';
import type { Digest } from '@ehr/delivery-core';
import type { GateImage } from '../gate-image.ts';

export interface Ownership {
  /** The layers we made: those on top that all platforms share. */
  readonly application: ReadonlySet<Digest>;
  /** Whether we put this file there, so that the rules about names and key formats hold for it. */
  readonly isOurs: (layer: Digest, path: string) => boolean;
}

/**
 * Whose a layer is cannot be read from it, so in doubt it is ours, rather a false alarm than a hole: where no
 * layer is shared all are, and so is what lies in the working directory of any layer, for there a base has
 * nothing (a `RUN npm ci` makes layers that differ by platform and look like the base's).
 */
export function ownershipOf({ manifests }: GateImage): Ownership {
  const shared = sharedTopLayers(
    manifests.map(({ layers }) => ({
      layers: layers.map(({ digest, mediaType, size }) => ({ digest, mediaType, size })),
    })),
  );
  const all = manifests.flatMap(({ layers }) => layers.map(({ digest }) => digest));
  const application = new Set(shared.length > 0 ? shared : all);
  const directories = manifests
    .map(({ config }) => (config.config?.WorkingDir ?? '').replace(/^\/+|\/+$/g, ''))
    .filter((directory) => directory !== '');
  return {
    application,
    isOurs: (layer, path) =>
      application.has(layer) || directories.some((directory) => path.startsWith(`${directory}/`)),
  };
}
