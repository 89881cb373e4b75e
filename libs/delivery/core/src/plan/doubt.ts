import { coreError } from '../errors/catalog.ts';
import { standInForName } from '../image/base-image.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import type { ImageLayout, Registry } from '../ports.ts';
import type { Trust } from '../trust.ts';

/** Where an image is, and whether it counts; without `trust` nobody asks. */
interface Believing {
  readonly registry: Pick<Registry, 'describe'>;
  readonly trust?: Trust;
}

/**
 * Why the image under a fingerprint's tag is not what the tag says; null when it is. Anybody who may push can write such
 * a tag, and clean-ups of registries take parts of tagged images.
 */
export async function doubtAbout(
  digest: Digest,
  {
    fingerprint,
    platforms,
    base,
  }: Pick<ImageLayout, 'fingerprint' | 'platforms'> & { readonly base: string },
  { registry, trust }: Believing,
): Promise<string | null> {
  if (trust === undefined) return null;
  const image = await registry.describe(digest);
  if (image === null) return 'parts of it are gone';
  if (image.fingerprint !== fingerprint) return `its label says ${image.fingerprint.slice(0, 12)}`;
  if (image.standInFor !== null && standInForName(base) === null)
    return `its base is a stand-in for ${image.standInFor}`;
  const lacking = platforms.filter((platform) => !image.platforms.includes(platform));
  return lacking.length > 0 ? `it lacks ${lacking.join(' and ')}` : trust.doubt(digest);
}

/** @throws IMAGE_UNTRUSTED for an image that does not count */
export async function refuseUntrusted(digest: Digest, trust: Trust): Promise<void> {
  const doubt = await trust.doubt(digest);
  if (doubt !== null)
    throw coreError('IMAGE_UNTRUSTED', `Image ${shortDigest(digest)} does not count: ${doubt}.`);
}
