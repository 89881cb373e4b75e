import type { Digest } from '../image/digest.ts';
import { versionTagsIn } from '../image/version-tags.ts';
import { type Plan, tagNames } from '../plan/plan.ts';
import { refuseMoved } from '../plan/refusals.ts';
import type { Registry } from '../ports.ts';

/**
 * Gives the image its tags of one kind that never move. They are read right before, and those of a version after it,
 * too: of two runs that ship different images as one version at once, one is told. (Two runs of one commit make the
 * same image.)
 * @throws TAG_IMMUTABLE
 */
export async function tagExact(
  plan: Plan,
  kind: 'revision' | 'version',
  digest: Digest,
  registry: Registry,
): Promise<void> {
  for (const tag of tagNames(plan, kind)) {
    const was = kind === 'version' ? await registry.resolve(tag) : null;
    refuseMoved(tag, was, digest);
    if (was === digest) continue;
    await registry.tag(digest, tag);
    if (kind === 'version') refuseMoved(tag, await registry.resolve(tag), digest);
  }
}

/** Points a tag that moves at the image, unless it names it. */
export async function pointAt(tag: string, digest: Digest, registry: Registry): Promise<boolean> {
  if ((await registry.resolve(tag)) === digest) return false;
  await registry.tag(digest, tag);
  return true;
}

/** How many versions, from the highest, are asked for an image. */
const ASKED = 20;

/** The version under which the image was released, without `v`; null when it is none of the highest. */
export async function versionOf(
  digest: Digest,
  registry: Pick<Registry, 'listTags' | 'resolve'>,
): Promise<string | null> {
  const tags = versionTagsIn(await registry.listTags('v'));
  for (const tag of tags.slice(0, ASKED)) {
    if ((await registry.resolve(tag)) === digest) return tag.slice(1);
  }
  return null;
}
