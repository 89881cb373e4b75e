import type { DatabaseSchema } from '@ehr/health';
import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { takesStandIns } from '../image/base-image.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import { formatReference, type Reference } from '../image/reference.ts';
import type { ImageSchema } from '../image/schema.ts';
import { freezeOf, type JournalEntry } from '../journal/journal.ts';
import type { Standing } from './order.ts';
import { type Overrides, type Plan, type PlannedStep, step, type Superseding } from './plan.ts';
import { compareWith, type EnvironmentSnapshot, type Ordering } from './snapshot.ts';

/** @throws TAG_IMMUTABLE when a tag that never moves names another image than `digest`. */
export function refuseMovedTags({ tags }: Pick<Plan, 'tags'>, digest: Digest): void {
  for (const { tag, kind, was } of tags) {
    if (kind === 'revision' || kind === 'version') refuseMoved(tag, was, digest);
  }
}

/** @throws TAG_IMMUTABLE when the exact tag names another image than `digest`. */
export function refuseMoved(tag: string, names: Digest | null, digest: Digest): void {
  if (names === null || names === digest) return;
  throw coreError(
    'TAG_IMMUTABLE',
    `Tag ${tag} never moves; it names ${shortDigest(names)} and this deploy would make it name ${shortDigest(digest)}.`,
  );
}

/** @throws IMAGE_BLOCKED when the image failed its verification before and nobody unblocks it. */
export function refuseBlocked(
  { blocked, overrides }: Pick<Plan, 'blocked' | 'overrides'>,
  digest: Digest,
): void {
  if (overrides.unblock !== null || !blocked.includes(shortDigest(digest))) return;
  throw coreError(
    'IMAGE_BLOCKED',
    `Image ${shortDigest(digest)} failed its verification before and is blocked.`,
  );
}

/**
 * An image on a stand-in for its base is this machine's, whoever built it and however it got into the registry.
 * @throws BASE_IS_STAND_IN where the environment is not `local` and the registry not on loopback
 */
export function refuseStandIn(
  standInFor: string | null,
  environment: Environment,
  repository: Reference,
): void {
  if (standInFor === null || takesStandIns(environment, repository)) return;
  throw coreError(
    'BASE_IS_STAND_IN',
    `The image is built on a stand-in for ${standInFor}, and ${environment} gets none of that from ${formatReference(repository)}.`,
  );
}

/**
 * Nothing is rolled out on a database that it cannot run on; nor what changes it so that the previous version, which
 * answers until the new one does and comes back when that fails, cannot run on it any more.
 * @throws SCHEMA_BEYOND
 */
export function refuseSchema(
  image: ImageSchema | null,
  database: DatabaseSchema | null,
  environment: Environment,
): void {
  if (image === null || database === null) return;
  const { lowest, own, highest } = image;
  const { current } = database;
  if (current < lowest || current > highest) {
    throw coreError(
      'SCHEMA_BEYOND',
      `The database of ${environment} is at schema ${current}; this image runs on ${lowest} to ${highest}.`,
    );
  }
  // On a laptop a try is a try.
  if (own > database.highest && environment !== 'local') {
    throw coreError(
      'SCHEMA_BEYOND',
      `This image makes schema ${own} of the database; what runs in ${environment} runs on ${database.highest} at most, and could neither answer meanwhile nor come back.`,
    );
  }
}

/** @throws ENVIRONMENT_FROZEN while the environment is frozen and nobody unfreezes it. */
export function refuseFrozen(
  journal: readonly JournalEntry[],
  { environment, overrides }: { environment: Environment; overrides: Overrides },
): void {
  if (overrides.unfreeze !== null) return;
  const freeze = freezeOf(journal, environment);
  if (freeze === undefined) return;
  throw coreError(
    'ENVIRONMENT_FROZEN',
    `${environment} was rolled back to ${shortDigest(freeze.digest)} (entry ${freeze.sequence} of the journal) and is frozen.`,
  );
}

/**
 * What the environment itself forbids, whatever would be rolled out there.
 * @throws SERVICE_WRONG_ENVIRONMENT when its public address leads to another environment
 * @throws DATA_NOT_KEPT when each rollout would lose the service's records
 */
export function refusePlace(snapshot: EnvironmentSnapshot): void {
  const { service, environment, target } = snapshot;
  const { state, message } = compareWith(snapshot, null);
  if (state === 'wrong-environment') {
    throw coreError(
      'SERVICE_WRONG_ENVIRONMENT',
      `${target.healthUrl ?? 'The address'} should be ${service} in ${environment}; ${message}. Nothing was written.`,
    );
  }
  if (target.keepsData === false && environment !== 'local') {
    throw coreError(
      'DATA_NOT_KEPT',
      `${service} in ${environment} has neither a volume where its image keeps records nor a database.`,
    );
  }
}

/**
 * What supersedes `next`: what runs, where that is newer and nobody said why something older may follow.
 * @throws DIVERGED when the two cannot be compared
 */
export function supersededBy(
  next: Standing,
  { order, than }: Ordering,
  { allowOlder }: Overrides,
  environment: Environment,
): Superseding | null {
  if (than === null || allowOlder !== null || order === 'newer' || order === 'same') return null;
  const { revision, version } = than;
  if (order === 'older') return { revision, version };
  throw coreError(
    'DIVERGED',
    `${environment} runs ${named(than)}; whether ${named(next)} is newer cannot be said.`,
  );
}

/** `v1.2.3 (abcdef1)`, or the commit alone. */
export function named({ revision, version }: Standing): string {
  const commit = revision.slice(0, 7);
  return version === 'unversioned' ? `commit ${commit}` : `v${version} (${commit})`;
}

/** The steps that unblock and unfreeze once the rollout is verified, when a person gave a reason to. */
export function overrideSteps(
  { blocked, overrides, environment }: Pick<Plan, 'blocked' | 'overrides' | 'environment'>,
  digest: Digest | null,
  journal: readonly JournalEntry[],
): PlannedStep[] {
  const { unblock, unfreeze } = overrides;
  const steps: PlannedStep[] = [];
  if (unblock !== null) {
    // An image that is still to be built may turn out to be a blocked one.
    const isBlocked = digest === null ? blocked.length > 0 : blocked.includes(shortDigest(digest));
    steps.push(
      step('unblock-image', `unblock the image: ${unblock}`, isBlocked ? null : 'the image is not blocked'),
    );
  }
  if (unfreeze !== null) {
    const isFrozen = freezeOf(journal, environment) !== undefined;
    steps.push(
      step(
        'unfreeze-environment',
        `unfreeze ${environment}: ${unfreeze}`,
        isFrozen ? null : `${environment} is not frozen`,
      ),
    );
  }
  return steps;
}
