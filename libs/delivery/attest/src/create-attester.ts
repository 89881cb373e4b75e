import {
  type Attester,
  type Digest,
  PROVENANCE_TYPE,
  SBOM_TYPE,
  type SourceReader,
} from '@ehr/delivery-core';
import type { Cosign } from './cosign.ts';
import { type BuildOrigin, renderProvenance } from './provenance.ts';
import { type ImageContent, renderSbom } from './sbom.ts';

/** What is attached to the images of one repository. */
interface Attachments {
  list(digest: Digest): Promise<readonly { readonly digest: Digest; readonly artifactType?: string }[]>;
  /** Adds those whose type is not there yet; returns the types that were added. */
  attach(
    digest: Digest,
    artifacts: readonly { readonly artifactType: string; readonly text: string; readonly created?: string }[],
  ): Promise<readonly string[]>;
}

/** What an attester works with. */
interface AttesterParts {
  /** `registry/repository`. */
  readonly repository: string;
  readonly referrers: Attachments;
  /** Null when no signature is wanted. */
  readonly cosign: Cosign | null;
  readonly source: Pick<SourceReader, 'source'>;
  readonly content: () => Promise<ImageContent>;
  readonly origin: () => Promise<BuildOrigin>;
}

/** The `Attester` port: SBOM and provenance as referrers of the image, and with cosign signatures of all three. */
export function createAttester(parts: AttesterParts): Attester {
  const { repository, referrers, cosign } = parts;
  return {
    ready: async () => cosign?.ready(),
    attest: async (facts) => {
      const { digest } = facts;
      const [content, origin, { dirty }] = await Promise.all([
        parts.content(),
        parts.origin(),
        parts.source.source(),
      ]);
      const added = await referrers.attach(digest, [
        { artifactType: SBOM_TYPE, text: renderSbom(facts, content) },
        {
          artifactType: PROVENANCE_TYPE,
          text: renderProvenance(facts, { ...origin, repository, dirty, baseImage: content.baseImage }),
          created: facts.finishedOn.toISOString(),
        },
      ]);
      const attached = added.length === 0 ? 'SBOM and provenance were there' : 'SBOM and provenance';
      if (cosign === null) return `${attached}, not signed`;
      const digests = (await referrers.list(digest))
        .filter(({ artifactType = '' }) => [SBOM_TYPE, PROVENANCE_TYPE].includes(artifactType))
        .map((referrer) => referrer.digest);
      await cosign.sign([digest, ...digests]);
      return `${attached}, signed`;
    },
  };
}
