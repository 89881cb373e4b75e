import { hasCode, isTag } from '@ehr/delivery-core';
import { isAttachmentTag } from './referrers.ts';
import { pagesOf, type Transport } from './transport.ts';

/** What every registry gives in one answer. */
const PAGE = 100;

/**
 * The tags that begin with `prefix`, from `from` on and before `before`, in order; none when there is no repository. The
 * listing begins there by `last` (distribution spec § Listing Tags) and ends when it is past them. A registry that does
 * not know `last`, or lists in another order, is read to its end. Tags that only attach something to a digest name no
 * image and are left out.
 */
export async function listTags(
  transport: Transport,
  prefix: string,
  from = prefix,
  before = '~',
): Promise<readonly string[]> {
  const found: string[] = [];
  const last = from === '' ? '' : `&last=${encodeURIComponent(justBefore(from))}`;
  const pages = pagesOf(transport, { path: `tags/list?n=${PAGE}${last}`, expect: [200, 404] });
  for await (const answer of pages) {
    if (answer.status === 404) return [];
    // A repository whose tags were all deleted answers `null`.
    const tags = ((await answer.json()) as { tags?: string[] | null }).tags ?? [];
    found.push(...tags.filter((tag) => tag.startsWith(prefix) && tag >= from && tag < before));
    const isInOrder = tags.every((tag, position) => position === 0 || (tags[position - 1] ?? '') < tag);
    const end = tags.at(-1) ?? '';
    if (isInOrder && (end >= before || (end > prefix && !end.startsWith(prefix)))) break;
  }
  return found.filter((tag) => !isAttachmentTag(tag)).sort();
}

/** The characters of a tag, in order. */
const CHARACTERS = '-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** A tag that sorts before this one, and after nearly all others that do: `last` itself is left out of a listing. */
function justBefore(tag: string): string {
  const before = CHARACTERS[CHARACTERS.indexOf(tag.at(-1) ?? '') - 1];
  return tag.slice(0, -1) + (before === undefined ? '' : `${before}z`);
}

/**
 * DELETE by tag, never by digest, which would take every other name of the image along (distribution spec § Deleting
 * tags). Several registries do not offer it, or not to whoever may push.
 */
export async function untag(transport: Transport, tag: string): Promise<boolean> {
  if (!isTag(tag)) throw new TypeError(`${tag} is not a tag.`);
  try {
    // Distribution 2 calls a tag an invalid digest (400).
    const expect = [200, 202, 204, 400, 404, 405, 501];
    const { status } = await transport.send({ method: 'DELETE', path: `manifests/${tag}`, expect });
    return status < 300 || status === 404;
  } catch (error) {
    if (hasCode(error, 'REGISTRY_UNAUTHORIZED')) return false;
    throw error;
  }
}
