import type { DatabaseSchema } from '@ehr/health';
import type { Environment } from '../environments.ts';
import type { Digest } from '../image/digest.ts';
import type { PinnedReference, Reference } from '../image/reference.ts';
import type { Pin } from '../ports.ts';

/**
 * A step's name, as reports and documents use it. They come in this order: immutable before mutable, write before
 * trigger, verification before everything that tells others to follow. `pin-by-tag` is where the environment's tag alone
 * tells the platform what to run.
 */
export type StepKind =
  | 'build-image'
  | 'gate-image'
  | 'push-image'
  | 'attest-image'
  | 'tag-fingerprint'
  | 'tag-revision'
  | 'tag-version'
  | 'smoke-test'
  | 'pin-by-tag'
  | 'trigger-rollout'
  | 'await-rollout'
  | 'verify-revision'
  | 'unblock-image'
  | 'unfreeze-environment'
  | 'record-release'
  | 'move-version-tags'
  | 'tag-environment';

/** One step of a plan, to be done or left out. */
export interface PlannedStep {
  readonly kind: StepKind;
  /** What it does, to what: `push to 127.0.0.1:5050/ehr-connect/ehr-api`. */
  readonly title: string;
  /** Why there is nothing to do; null when there is. */
  readonly skip: string | null;
}

/**
 * `revision` and `version` never move · `trial`: the revision of a dirty tree, which only names the last try ·
 * `range`: `1.2`, `1` of a release, which move forward only · `latest`: what prod was last verified to run ·
 * `environment`: what an environment runs.
 */
export type TagKind = 'revision' | 'trial' | 'version' | 'range' | 'latest' | 'environment';

/** A tag that a plan may write. */
export interface PlannedTag {
  readonly tag: string;
  readonly kind: TagKind;
  /** What it named when the plan was made; null when it was not there. */
  readonly was: Digest | null;
}

/** A person's reasons to go on in spite of the journal, or of what runs; null where there is none. */
export interface Overrides {
  /** Why something older than what runs, or something that cannot be compared with it, may be rolled out. */
  readonly allowOlder: string | null;
  /** Why a blocked image may be shipped again. */
  readonly unblock: string | null;
  /** Why a frozen environment may be changed again. */
  readonly unfreeze: string | null;
}

/** What to go back to when the rollout fails. */
export interface Previous extends Pin {
  /** What answered before the rollout; null when it was silent, or speaks no health contract. */
  readonly fingerprint: string | null;
}

/** What runs is newer than what was asked for: nothing is rolled out. */
export interface Superseding {
  readonly revision: string;
  readonly version: string;
}

/** The image to roll out: the registry has it, or it is built for these platforms. */
type PlannedImage =
  | { readonly kind: 'present'; readonly digest: Digest }
  | { readonly kind: 'to-build'; readonly platforms: readonly string[] };

/** A change of what an environment runs, decided: data alone, it can be printed, stored, compared. */
export interface Plan {
  readonly service: string;
  readonly environment: Environment;
  /** For people and the journal: `deploy`, `promotion from staging`, `rollback to v1.0.0`. */
  readonly reason: string;
  /** `registry/repository`. */
  readonly repository: Reference;
  /** The target's name. */
  readonly target: string;
  readonly revision: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly image: PlannedImage;
  /** Every tag the plan may write, in the order of writing. */
  readonly tags: readonly PlannedTag[];
  /** What makes a rollout unwanted; null when there is nothing newer. */
  readonly supersededBy: Superseding | null;
  /**
   * A newer release that this very image replaced, by a run that was held up while it wrote and then killed: it is put
   * back. Null where that is not so.
   */
  readonly replaced: Previous | null;
  /**
   * What the target is set up with (`pinOfState`), or what the tag names that it follows; null for nothing. Something
   * else at the time of writing means that somebody was faster.
   */
  readonly expects: string | null;
  /** Checks of the service that passed before the rollout. */
  readonly passed: readonly string[];
  /** First 12 digits of the images that must not be shipped. */
  readonly blocked: readonly string[];
  /** First 12 digits of the images it was last verified to run, oldest first; as many as a host may keep. */
  readonly recent: readonly string[];
  /** Of the environment's database, and what runs on it; null when that is not known. */
  readonly schema: DatabaseSchema | null;
  /** Whether the image was verified there before: then it is watched for a shorter time. */
  readonly verifiedBefore: boolean;
  /** Whether a failed verification may block the image. Not on a laptop, where a try is a try. */
  readonly blocksOnFailure: boolean;
  /** A rollback freezes the environment until somebody unfreezes it. */
  readonly freezes: boolean;
  readonly overrides: Overrides;
  readonly previous: Previous | null;
  /** Where the service answered when the plan was made; null when it was not known. */
  readonly healthUrl: string | null;
  readonly steps: readonly PlannedStep[];
}

/** A plan before its steps are decided. */
export type Decision = Omit<Plan, 'steps'>;

/** A step to do, or to leave out for the reason `skip`. */
export function step(kind: StepKind, title: string, skip: string | null): PlannedStep {
  return { kind, title, skip };
}

/** Whether the target is told to run something. */
export function rollsOut({ steps }: Plan): boolean {
  return steps.some(({ kind, skip }) => kind === 'trigger-rollout' && skip === null);
}

/** The names of the plan's tags of these kinds, in the order of writing. */
export function tagNames({ tags }: Pick<Plan, 'tags'>, ...kinds: readonly TagKind[]): string[] {
  return tags.filter(({ kind }) => kinds.includes(kind)).map(({ tag }) => tag);
}

/** The planned image's digest; null until it is built. */
export function plannedDigest({ image }: Pick<Plan, 'image'>): Digest | null {
  return image.kind === 'present' ? image.digest : null;
}

/** What the target is told to run: the environment's tag for people, the digest for the engine. */
export function pinOf({ repository, environment, revision, version }: Plan, digest: Digest): Pin {
  const image: PinnedReference = { ...repository, tag: environment, digest };
  return { image, revision, version };
}
