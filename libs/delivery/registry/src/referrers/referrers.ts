import { SBOM_TYPE } from '@ehr/delivery-core';
import type { Digest } from '@ehr/delivery-core';
import type { RegistryOptions } from '../registry.ts';
import { createTransport } from '../transport.ts';
import { attachArtifacts } from './attach-artifacts.ts';
import type { Artifact } from './attach-artifacts.ts';
import { fetchArtifact } from './fetch-artifact.ts';
import type { FetchedArtifact } from './fetch-artifact.ts';
import { listReferrers } from './list-referrers.ts';
import type { Referrer } from './list-referrers.ts';

/** What is attached to the images of one repository. */
export interface Referrers {
  list(digest: Digest): Promise<readonly Referrer[]>;
  /** Adds those whose type is not there yet; returns the types that were added. */
  attach(digest: Digest, artifacts: readonly Artifact[]): Promise<readonly string[]>;
  fetch(referrer: Digest): Promise<FetchedArtifact>;
  /** The SBOM of an image as it was attached; null when there is none. */
  readSbom(digest: Digest): Promise<string | null>;
}

export function createReferrers(options: Omit<RegistryOptions, 'mountFrom'>): Referrers {
  const { repository } = options;
  const transport = createTransport(options);
  const list = (digest: Digest) => listReferrers(transport, repository, digest);
  const fetch = (digest: Digest) => fetchArtifact(transport, repository, digest);
  return {
    list,
    fetch,
    attach: (digest, artifacts) => attachArtifacts(transport, repository, digest, artifacts),
    readSbom: async (digest) => {
      const sbom = (await list(digest)).find(({ artifactType }) => artifactType === SBOM_TYPE);
      if (sbom === undefined) return null;
      const { subject, text } = await fetch(sbom.digest);
      return subject === digest ? text : null;
    },
  };
}
