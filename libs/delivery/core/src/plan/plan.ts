import type { Digest } from '../image/digest.ts';
import type { Environment } from '../environments.ts';

/** In this order: immutable before mutable, write before trigger, trigger before verification. */
export const stepKinds = [
  'unblock-image',
  'unfreeze-environment',
  'build-image',
  'gate-image',
  'push-image',
  'attest-image',
  'tag-fingerprint',
  'tag-revision',
  'tag-version',
  'smoke-test',
  'move-version-tags',
  'tag-environment',
  'trigger-rollout',
  'await-rollout',
  'verify-revision',
  'record-release',
] as const;

export type StepKind = (typeof stepKinds)[number];

export interface PlannedStep {
  readonly kind: StepKind;
  /** What it does, to what: `push to 127.0.0.1:5050/ehr-connect/ehr-api`. */
  readonly title: string;
  /** Why there is nothing to do; null when there is. */
  readonly skip: string | null;
}

/** A person's reasons to go on in spite of the journal. */
export interface Overrides {
  readonly unblock: string | null;
  readonly unfreeze: string | null;
}

/** What to go back to when the rollout fails. */
export interface Previous {
  readonly image: string;
  readonly digest: Digest;
  readonly fingerprint: string | null;
  readonly revision: string;
  readonly version: string;
}

/** A change of what an environment runs, decided: data alone, it can be printed, stored, compared. */
export interface DeployPlan {
  readonly service: string;
  readonly environment: Environment;
  /** For people and the journal: `deploy`, `promotion from staging`, `rollback to v1.0.0`. */
  readonly reason: string;
  /** `registry/repository`. */
  readonly repository: string;
  readonly target: string;
  readonly revision: string;
  readonly version: string;
  readonly fingerprint: string;
  /** Null until the image is built. */
  readonly digest: Digest | null;
  /** With `--apply`: the image that was reviewed, and no other. */
  readonly reviewedDigest: Digest | null;
  readonly platforms: readonly string[];
  /** Tag → the digest it named when the plan was made; every tag the plan may write. */
  readonly tagsWere: Readonly<Record<string, Digest | null>>;
  /** Tags that never move: they must name the planned image already, or nothing yet. */
  readonly exactTags: readonly string[];
  readonly revisionTag: string;
  readonly versionTags: readonly string[];
  readonly versionMovingTags: readonly string[];
  readonly environmentTags: readonly string[];
  /** First 12 digits of the images that are not to be shipped. */
  readonly blocked: readonly string[];
  /** A failed verification blocks the image. Not on a laptop, where a try is a try. */
  readonly blocksOnFailure: boolean;
  /** A rollback freezes the environment until somebody unfreezes it. */
  readonly freezes: boolean;
  /** A person's reasons to go on in spite of a block or a freeze. */
  readonly overrides: Overrides;
  readonly previous: Previous | null;
  /** Where the service answered when the plan was made; null when it was not known. */
  readonly healthUrlWas: string | null;
  readonly steps: readonly PlannedStep[];
}

/** A step to do, or to leave out for the reason `skip`. */
export function step(kind: StepKind, title: string, skip: string | null): PlannedStep {
  return { kind, title, skip };
}
