import { nextPage } from './next-page.ts';
import { isAttachmentTag } from './referrers/attachment-tags.ts';
import type { Transport } from './transport.ts';

/** What every registry gives at once; it says where to go on. */
const PAGE = 100;

/**
 * All tags of a repository (distribution spec § Listing Tags), page by page through `Link`; none when there is no
 * repository. Tags that only attach something to a digest name no image and are left out.
 */
export async function listTags(transport: Transport, repository: string): Promise<readonly string[]> {
  const tags: string[] = [];
  let path: string | undefined = `/v2/${repository}/tags/list?n=${PAGE}`;
  while (path !== undefined) {
    const answer: Response = await transport.send({ method: 'GET', path, expect: [200, 404] });
    if (answer.status === 404) return [];
    // A repository whose tags were all deleted answers `null`.
    tags.push(...(((await answer.json()) as { tags?: string[] | null }).tags ?? []));
    path = nextPage(answer);
  }
  return tags.filter((tag) => !isAttachmentTag(tag));
}
