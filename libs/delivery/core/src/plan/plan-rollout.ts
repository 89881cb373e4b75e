import type { Environment } from '../environments.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import type { ImageSchema } from '../image/schema.ts';
import { isBlocked, isLastRelease, wasReleased } from '../journal/journal.ts';
import { recentImages } from '../journal/release-line.ts';
import { passedChecks } from './passed-checks.ts';
import {
  type Decision,
  type Overrides,
  type Plan,
  plannedDigest,
  type PlannedStep,
  step,
  tagNames,
} from './plan.ts';
import {
  named,
  overrideSteps,
  refuseBlocked,
  refuseFrozen,
  refusePlace,
  refuseSchema,
  supersededBy,
} from './refusals.ts';
import {
  compareWith,
  type EnvironmentSnapshot,
  type Ordering,
  pinOfState,
  previousOf,
  replacedBy,
} from './snapshot.ts';
import { environmentTags } from './tag-policy.ts';

/** An image the registry has, and what is known of it. */
export interface Candidate {
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
  readonly version: string;
  readonly schema: ImageSchema | null;
}

/** What a promotion or a rollback is asked for, as far as its plan depends on it. */
export interface RolloutWish {
  readonly kind: 'promotion' | 'rollback';
  readonly environment: Environment;
  readonly reason: string;
  readonly overrides: Overrides;
  /** Right answers in a row that verify a rollout. */
  readonly probes: number;
}

/**
 * Decides a rollout of an image that exists: nothing is built and no layer moves. A promotion respects a freeze and what
 * is newer (`ordering`: how the candidate stands to what runs); a rollback goes back on purpose, and freezes.
 * @throws SERVICE_WRONG_ENVIRONMENT, DATA_NOT_KEPT, DIVERGED, ENVIRONMENT_FROZEN, IMAGE_BLOCKED, SCHEMA_BEYOND
 */
export function planRollout(
  wish: RolloutWish,
  candidate: Candidate,
  ordering: Ordering,
  snapshot: EnvironmentSnapshot,
): Plan {
  const { environment, overrides, kind } = wish;
  const { journal, target } = snapshot;
  const { digest, fingerprint, revision, version } = candidate;
  refusePlace(snapshot);
  if (kind === 'promotion') refuseFrozen(journal, wish);
  const newer = kind === 'rollback' ? null : supersededBy(candidate, ordering, overrides, environment);
  const decision: Decision = {
    service: snapshot.service,
    environment,
    reason: wish.reason,
    repository: snapshot.repository,
    target: target.name,
    revision,
    version,
    fingerprint,
    image: { kind: 'present', digest },
    tags: (newer === null ? environmentTags(environment) : []).map((wanted) => ({
      ...wanted,
      was: snapshot.tags[wanted.tag] ?? null,
    })),
    supersededBy: newer,
    replaced: newer === null ? null : replacedBy(digest, snapshot),
    expects: target.followsTag ? (snapshot.tags[environment] ?? null) : pinOfState(target),
    passed: passedChecks(snapshot),
    blocked: isBlocked(journal, environment, digest) ? [shortDigest(digest)] : [],
    recent: recentImages(journal, environment),
    schema: snapshot.schema,
    verifiedBefore: wasReleased(journal, environment, digest),
    blocksOnFailure: environment !== 'local' && !wasReleased(journal, environment, digest),
    freezes: kind === 'rollback',
    overrides,
    previous: previousOf(snapshot),
    healthUrl: target.healthUrl,
  };
  if (newer === null) {
    refuseBlocked(decision, digest);
    refuseSchema(candidate.schema, snapshot.schema, environment);
  }
  const runsIt =
    snapshot.runs === digest && compareWith(snapshot, fingerprint).report?.fingerprint === fingerprint;
  const superseded = newer === null ? null : `${environment} runs ${named(newer)}, which is newer`;
  const upToDate = superseded ?? (runsIt ? `${target.name} runs it already` : null);
  // A rollback is always news; of a promotion the run before may have ended before it could tell.
  const isRecorded = kind === 'promotion' && isLastRelease(journal, environment, digest);
  return Object.freeze({
    ...decision,
    steps: rolloutSteps(decision, snapshot, {
      probes: wish.probes,
      smokeTest: null,
      published: superseded,
      upToDate,
      isRecorded: isRecorded ? upToDate : null,
    }),
  });
}

/** Why steps of a rollout are left out; null: they are not. */
interface RolloutSkips {
  readonly probes: number;
  /** Null: there is none in this kind of rollout. */
  readonly smokeTest: boolean | null;
  /** Why nothing is rolled out at all. */
  readonly published: string | null;
  /** Why what runs is left as it is. */
  readonly upToDate: string | null;
  readonly isRecorded: string | null;
}

/** The steps from a published image to a verified, recorded one, of deploy, promotion and rollback alike. */
export function rolloutSteps(
  decision: Decision,
  { target, tags, journal, environment }: EnvironmentSnapshot,
  { probes, smokeTest, published, upToDate, isRecorded }: RolloutSkips,
): PlannedStep[] {
  const digest = plannedDigest(decision);
  const noPlace = target.canSmokeTest ? null : `${target.name} has no place for a smoke test`;
  const pins = digest !== null && tags[environment] === digest ? 'it names this image already' : null;
  const [ranges, latest] = [tagNames(decision, 'range'), tagNames(decision, 'latest')];
  const isLatest = digest !== null && tags['latest'] === digest && isRecorded !== null;
  const overrides = published === null ? overrideSteps(decision, digest, journal) : [];
  const isOverridden = overrides.some(({ skip }) => skip === null);
  return [
    ...(smokeTest === null
      ? []
      : [
          step(
            'smoke-test',
            'start it beside the running one',
            smokeTest ? noPlace : (upToDate ?? 'not asked for'),
          ),
        ]),
    ...(target.followsTag
      ? [step('pin-by-tag', `tag ${environment}, which ${target.name} follows`, upToDate ?? pins)]
      : []),
    step('trigger-rollout', `roll out on ${target.name}`, upToDate),
    step('await-rollout', 'wait until its containers are healthy', upToDate),
    step('verify-revision', `ask it ${probes} times who it is, and watch it`, published),
    ...overrides,
    step('record-release', 'record it in the registry', published ?? (isOverridden ? null : isRecorded)),
    ...(ranges.length + latest.length === 0
      ? []
      : [
          step(
            'move-version-tags',
            `move ${[...ranges, ...latest].join(', ')} to what is verified`,
            ranges.length === 0 && isLatest ? 'latest names this image already' : null,
          ),
        ]),
    ...(target.followsTag ? [] : [step('tag-environment', `tag ${environment}`, published ?? pins)]),
  ];
}
