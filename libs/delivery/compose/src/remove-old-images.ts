import { formatReference, type Reference, shortDigest } from '@ehr/delivery-core';
import type { Compose } from './compose.ts';

/**
 * Removes the repository's images from the host, but those whose digest begins with one of `kept` and those that any
 * container was made of, running or not. Another repository's are never touched. Returns how many went.
 * @throws TARGET_UNAVAILABLE
 */
export async function removeOldImages(
  compose: Compose,
  { registry, repository }: Reference,
  kept: readonly string[],
): Promise<number> {
  const name = formatReference({ registry, repository });
  const used = await imagesOfContainers(compose);
  // The engine lists Docker Hub's without its name.
  const listed = await compose.docker(
    ...[
      'image',
      'ls',
      '--digests',
      '--no-trunc',
      '--format',
      '{{.Digest}} {{.ID}}',
      name.replace(/^docker\.io\//, ''),
    ],
  );
  const images = new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]));
  let removed = 0;
  for (const [digest, id] of images) {
    // Without a digest it never was in a registry: somebody built it here.
    if (!digest.startsWith('sha256:')) continue;
    if (kept.includes(shortDigest(digest)) || used.has(id)) continue;
    await compose.docker('image', 'rm', `${name}@${digest}`);
    removed += 1;
  }
  return removed;
}

/** The engine's names of the images that there are containers of. */
async function imagesOfContainers(compose: Compose): Promise<ReadonlySet<string>> {
  const ids = (await compose.docker('ps', '--all', '--quiet', '--no-trunc')).split('\n').filter(Boolean);
  if (ids.length === 0) return new Set();
  const images = await compose.docker('inspect', '--format', '{{.Image}}', ...ids);
  return new Set(images.split('\n'));
}
