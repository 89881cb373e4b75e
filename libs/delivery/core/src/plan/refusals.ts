import { coreError } from '../errors/catalog.ts';
import { shortDigest } from '../image/digest.ts';
import type { Digest } from '../image/digest.ts';
import type { Environment } from '../environments.ts';
import { freezeOf } from '../journal/journal.ts';
import type { JournalHeading } from '../journal/journal.ts';
import type { DeployPlan, Overrides, PlannedStep } from './plan.ts';
import { step } from './plan.ts';

/** Throws TAG_IMMUTABLE when a tag that never moves names another image than `digest`. */
export function refuseMovedTags(
  { exactTags, tagsWere }: Pick<DeployPlan, 'exactTags' | 'tagsWere'>,
  digest: Digest,
): void {
  for (const tag of exactTags) {
    const was = tagsWere[tag] ?? null;
    if (was === null || was === digest) continue;
    throw coreError(
      'TAG_IMMUTABLE',
      `Tag ${tag} never moves; it names ${shortDigest(was)} and this deploy would make it name ${shortDigest(digest)}.`,
    );
  }
}

/** Throws IMAGE_BLOCKED when the image failed its verification before and nobody unblocked it. */
export function refuseBlocked(
  { blocked, overrides }: Pick<DeployPlan, 'blocked' | 'overrides'>,
  digest: Digest,
): void {
  if (overrides.unblock !== null || !blocked.includes(shortDigest(digest))) return;
  throw coreError(
    'IMAGE_BLOCKED',
    `Image ${shortDigest(digest)} failed its verification before and is blocked.`,
  );
}

/** Throws ENVIRONMENT_FROZEN while a rollback holds the environment. */
export function refuseFrozen(
  journal: readonly JournalHeading[],
  { environment, overrides }: { environment: Environment; overrides: Overrides },
): void {
  if (overrides.unfreeze !== null) return;
  const freeze = freezeOf(journal, environment);
  if (freeze === undefined) return;
  throw coreError(
    'ENVIRONMENT_FROZEN',
    `${environment} was rolled back to ${freeze.digest} at ${freeze.at} and is frozen there.`,
  );
}

/** The steps that lift what stands in the way, when a person gave a reason to. */
export function overrideSteps(
  { blocked, overrides, environment }: Pick<DeployPlan, 'blocked' | 'overrides' | 'environment'>,
  digest: Digest | null,
  journal: readonly JournalHeading[],
): PlannedStep[] {
  const isBlocked = digest !== null && blocked.includes(shortDigest(digest));
  const isFrozen = freezeOf(journal, environment) !== undefined;
  return [
    ...(overrides.unblock === null
      ? []
      : [
          step(
            'unblock-image',
            `unblock the image: ${overrides.unblock}`,
            isBlocked ? null : 'the image is not blocked',
          ),
        ]),
    ...(overrides.unfreeze === null
      ? []
      : [
          step(
            'unfreeze-environment',
            `unfreeze ${environment}: ${overrides.unfreeze}`,
            isFrozen ? null : `${environment} is not frozen`,
          ),
        ]),
  ];
}
