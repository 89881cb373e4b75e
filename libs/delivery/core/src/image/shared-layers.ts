import type { Digest } from './digest.ts';
import type { ImageManifest } from './manifest.ts';

/**
 * The layers on top that every manifest has in common, lowest first: for an image of several
 * platforms these are the application's layers, stored and sent once.
 */
export function sharedTopLayers(manifests: readonly Pick<ImageManifest, 'layers'>[]): readonly Digest[] {
  const [first, ...others] = manifests.map((manifest) =>
    manifest.layers.map((layer) => layer.digest).reverse(),
  );
  if (first === undefined) return [];
  const differing = first.findIndex((digest, position) => others.some((other) => other[position] !== digest));
  return (differing < 0 ? first : first.slice(0, differing)).reverse();
}
