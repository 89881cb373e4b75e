import type { AttestationFacts } from '@ehr/delivery-core';
import type { BuildOrigin } from './build-origin.ts';

export interface ProvenanceContext extends BuildOrigin {
  readonly repository: string;
  readonly baseImage: string;
  /** Whether the working tree held changes that are in no commit. */
  readonly dirty: boolean;
}

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** The provenance of an image: an in-toto statement with SLSA's predicate. */
export function renderProvenance(facts: AttestationFacts, context: ProvenanceContext): string {
  const { service, platforms, fingerprint, revision, digest, startedOn, finishedOn } = facts;
  const { repository, baseImage, dirty, sourceUrl, builderId, invocationId } = context;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: repository, digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: buildType(sourceUrl),
        externalParameters: { service, platforms: [...platforms].sort() },
        internalParameters: { fingerprint, baseImage, uncommittedChanges: dirty },
        resolvedDependencies: [
          {
            ...(sourceUrl !== null && { uri: `git+${sourceUrl}@${revision}` }),
            digest: { gitCommit: revision },
            name: 'source',
          },
        ],
      },
      runDetails: {
        builder: { id: builderId },
        metadata: {
          invocationId,
          startedOn: startedOn.toISOString(),
          finishedOn: finishedOn.toISOString(),
        },
      },
    },
  };
  return JSON.stringify(statement, null, 2);
}

/** Where it is told how such an image is built. A checkout without an address has a name for it only. */
function buildType(sourceUrl: string | null): string {
  const place = 'docs/SUPPLY_CHAIN.md#build-type';
  return sourceUrl === null ? `urn:ehr-connect:${place}` : `${sourceUrl}/blob/main/${place}`;
}
