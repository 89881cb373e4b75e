import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { shortDigest, type Digest } from '../image/digest.ts';
import { freezeOf, type JournalHeading } from '../journal/journal.ts';
import { step, type Overrides, type Plan, type PlannedStep } from './plan.ts';

/** @throws TAG_IMMUTABLE when a tag that never moves names another image than `digest`. */
export function refuseMovedTags({ tags }: Pick<Plan, 'tags'>, digest: Digest): void {
  const moved = tags.find(
    ({ kind, was }) => (kind === 'revision' || kind === 'version') && was !== null && was !== digest,
  );
  if (moved === undefined) return;
  throw coreError(
    'TAG_IMMUTABLE',
    `Tag ${moved.tag} never moves; it names ${shortDigest(moved.was ?? '')} and this deploy would make it name ${shortDigest(digest)}.`,
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

/** @throws ENVIRONMENT_FROZEN while the environment is frozen and nobody unfreezes it. */
export function refuseFrozen(
  journal: readonly JournalHeading[],
  { environment, overrides }: { environment: Environment; overrides: Overrides },
): void {
  if (overrides.unfreeze !== null) return;
  const freeze = freezeOf(journal, environment);
  if (freeze === undefined) return;
  throw coreError(
    'ENVIRONMENT_FROZEN',
    `${environment} was rolled back to ${freeze.digest} at ${freeze.at} and is frozen.`,
  );
}

/** The steps that unblock and unfreeze, when a person gave a reason to. */
export function overrideSteps(
  { blocked, overrides, environment }: Pick<Plan, 'blocked' | 'overrides' | 'environment'>,
  digest: Digest | null,
  journal: readonly JournalHeading[],
): PlannedStep[] {
  const { unblock, unfreeze } = overrides;
  const steps: PlannedStep[] = [];
  if (unblock !== null) {
    const isBlocked = digest !== null && blocked.includes(shortDigest(digest));
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
