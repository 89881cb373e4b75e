import { mediaTypes } from '@ehr/delivery-core';
import type { Descriptor, Digest, ImageIndex } from '@ehr/delivery-core';
import { nextPage } from '../next-page.ts';
import type { Transport } from '../transport.ts';
import { referrersTag } from './attachment-tags.ts';

/** A manifest that is attached to a digest. */
export interface Referrer extends Descriptor {
  readonly artifactType?: string;
}

/** How a registry says that it does not know the referrers API; 400 and 405 are no answers by the book, and are given. */
const NO_API = [400, 404, 405, 406];

/**
 * What is attached to a digest (distribution spec § Listing Referrers): asked of the API, and of the tag where there
 * is no API or it knows of nothing: what was attached before a registry learned the API is under the tag.
 */
export async function listReferrers(
  transport: Transport,
  repository: string,
  digest: Digest,
): Promise<readonly Referrer[]> {
  const known: Referrer[] = [];
  let path: string | undefined = `/v2/${repository}/referrers/${digest}`;
  while (path !== undefined) {
    const answer: Response = await transport.send({
      method: 'GET',
      path,
      headers: { accept: mediaTypes.index },
      expect: [200, ...NO_API],
    });
    if (answer.status !== 200) break;
    known.push(...((await readIndex(answer))?.manifests ?? []));
    path = nextPage(answer);
  }
  return known.length > 0 ? known : (await readReferrersTag(transport, repository, digest)).manifests;
}

/** The index under the tag; an empty one when there is none. */
export async function readReferrersTag(
  transport: Transport,
  repository: string,
  digest: Digest,
): Promise<{ readonly manifests: readonly Referrer[] }> {
  const answer = await transport.send({
    method: 'GET',
    path: `/v2/${repository}/manifests/${referrersTag(digest)}`,
    headers: { accept: mediaTypes.index },
    expect: [200, 404],
  });
  return (answer.status === 200 ? await readIndex(answer) : undefined) ?? { manifests: [] };
}

/** Undefined for what is no index: a web page that a proxy gives for every address, somebody's image. */
async function readIndex(answer: Response): Promise<ImageIndex | undefined> {
  const document = (await answer.json().catch(() => undefined)) as Partial<ImageIndex> | null | undefined;
  return Array.isArray(document?.manifests) ? (document as ImageIndex) : undefined;
}
