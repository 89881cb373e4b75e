import type { Digest } from '@ehr/delivery-core';

/** Where a registry without the referrers API keeps the list of them (distribution spec § Referrers Tag Schema). */
export function referrersTag(digest: Digest): string {
  return digest.replace(':', '-');
}

/** Where cosign keeps the signatures of a digest. */
export function signatureTag(digest: Digest): string {
  return `${referrersTag(digest)}.sig`;
}

/** Whether a tag is one of those, or another of cosign's: it belongs to a digest and names no image. */
export function isAttachmentTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(\.(sig|att|sbom))?$/.test(tag);
}
