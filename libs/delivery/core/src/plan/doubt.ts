import { coreError } from '../errors/catalog.ts';
import { standInForName } from '../image/base-image.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import type { ImageSchema } from '../image/schema.ts';
import type { ImageLayout, Registry } from '../ports.ts';
import type { Trust } from '../trust.ts';

/** Where an image is, and whether it counts; without `trust` nobody asks. */
interface Believing {
  readonly registry: Pick<Registry, 'describe'>;
  readonly trust?: Trust;
}

/** What looking at an image tells. */
interface Examination {
  /** Why it does not count; null when it does. */
  readonly doubt: string | null;
  readonly schema: ImageSchema | null;
}

/**
 * Whether the image under a fingerprint's tag is what the tag says. Anybody who may push can write such
 * a tag, and clean-ups of registries take parts of tagged images.
 */
export async function examine(
  digest: Digest,
  {
    fingerprint,
    platforms,
    base,
  }: Pick<ImageLayout, 'fingerprint' | 'platforms'> & { readonly base: string },
  { registry, trust }: Believing,
): Promise<Examination> {
  if (trust === undefined) return { doubt: null, schema: null };
  const image = await registry.describe(digest);
  if (image === null) return { doubt: 'parts of it are gone', schema: null };
  const doubted = (doubt: string | null) => ({ doubt, schema: image.schema });
  if (image.fingerprint !== fingerprint) return doubted(`its label says ${image.fingerprint.slice(0, 12)}`);
  if (image.standInFor !== null && standInForName(base) === null)
    return doubted(`its base is a stand-in for ${image.standInFor}`);
  const lacking = platforms.filter((platform) => !image.platforms.includes(platform));
  return doubted(lacking.length > 0 ? `it lacks ${lacking.join(' and ')}` : await trust.doubt(digest));
}

/** @throws IMAGE_UNTRUSTED for an image that does not count */
export async function refuseUntrusted(digest: Digest, trust: Trust): Promise<void> {
  const doubt = await trust.doubt(digest);
  if (doubt !== null)
    throw coreError('IMAGE_UNTRUSTED', `Image ${shortDigest(digest)} does not count: ${doubt}.`);
}
