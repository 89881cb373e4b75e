import { shortDigest } from '../image/digest.ts';
import type { Digest } from '../image/digest.ts';
import type { Environment } from '../environments.ts';
import { DeliveryError } from '../errors/delivery-error.ts';
import { holdOf } from '../journal/journal.ts';
import type { JournalHeading } from '../journal/journal.ts';
import type { DeployPlan, Lifts, PlannedStep } from './plan.ts';
import { step } from './plan.ts';

/** Throws TAG_IMMUTABLE when a tag that never moves names another image than `digest`. */
export function refuseMovedTags(
  { exactTags, tagsWere }: Pick<DeployPlan, 'exactTags' | 'tagsWere'>,
  digest: Digest,
): void {
  for (const tag of exactTags) {
    const was = tagsWere[tag] ?? null;
    if (was === null || was === digest) continue;
    throw new DeliveryError(
      'TAG_IMMUTABLE',
      `Tag ${tag} never moves; it names ${shortDigest(was)} and this deploy would make it name ${shortDigest(digest)}.`,
    );
  }
}

/** Throws RELEASE_BARRED when the image failed its proof before and nobody lifted the bar. */
export function refuseBarred({ barred, lifts }: Pick<DeployPlan, 'barred' | 'lifts'>, digest: Digest): void {
  if (lifts.bar !== null || !barred.includes(shortDigest(digest))) return;
  throw new DeliveryError(
    'RELEASE_BARRED',
    `Image ${shortDigest(digest)} failed its proof before and is barred.`,
  );
}

/** Throws ENVIRONMENT_HELD while a rollback holds the environment. */
export function refuseHeld(
  journal: readonly JournalHeading[],
  { environment, lifts }: { environment: Environment; lifts: Lifts },
): void {
  if (lifts.hold !== null) return;
  const hold = holdOf(journal, environment);
  if (hold === undefined) return;
  throw new DeliveryError(
    'ENVIRONMENT_HELD',
    `${environment} was rolled back to ${hold.digest} at ${hold.at} and is held there.`,
  );
}

/** The steps that lift what stands in the way, when a person gave a reason to. */
export function liftSteps(
  { barred, lifts, environment }: Pick<DeployPlan, 'barred' | 'lifts' | 'environment'>,
  digest: Digest | null,
  journal: readonly JournalHeading[],
): PlannedStep[] {
  const isBarred = digest !== null && barred.includes(shortDigest(digest));
  const isHeld = holdOf(journal, environment) !== undefined;
  return [
    ...(lifts.bar === null
      ? []
      : [
          step(
            'lift-bar',
            `lift the bar on the image: ${lifts.bar}`,
            isBarred ? null : 'the image is not barred',
          ),
        ]),
    ...(lifts.hold === null
      ? []
      : [
          step(
            'lift-hold',
            `let ${environment} go: ${lifts.hold}`,
            isHeld ? null : `${environment} is not held`,
          ),
        ]),
  ];
}
