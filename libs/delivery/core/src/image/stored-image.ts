import type { Digest } from './digest.ts';
import type { ImageSchema } from './schema.ts';

/** A layer as it is stored and sent: compressed; bytes. */
export interface StoredLayer {
  readonly digest: Digest;
  readonly size: number;
}

/** What an image that a registry has says of itself. */
export interface StoredImage {
  /** Of the image index, or of the one manifest. */
  readonly digest: Digest;
  readonly platforms: readonly string[];
  /** From the label every platform's image carries. */
  readonly fingerprint: string;
  /** What its base is a stand-in for, by the base's label; null for a base that is what it is called. */
  readonly standInFor: string | null;
  /** On which schemas of its database it runs; null for an image that does not say. */
  readonly schema: ImageSchema | null;
  /** Platform → its layers, lowest first. */
  readonly layers: Readonly<Record<string, readonly StoredLayer[]>>;
}

/** Layers of an image on a platform that a host which has `present` lacks, in bytes; null when it is not made for it. */
export function bytesToPull(
  image: StoredImage,
  platform: string,
  present: StoredImage | null,
): number | null {
  const layers = image.layers[platform];
  if (layers === undefined) return null;
  const there = new Set((present?.layers[platform] ?? []).map(({ digest }) => digest));
  const missing = new Map(
    layers.filter(({ digest }) => !there.has(digest)).map((layer) => [layer.digest, layer]),
  );
  return [...missing.values()].reduce((sum, { size }) => sum + size, 0);
}
