import type { Environment } from '../environments.ts';
import { shortDigest, type Digest } from '../image/digest.ts';
import { isBlocked, isLastRelease } from '../journal/journal.ts';
import { step, type Decision, type Overrides, type Plan } from './plan.ts';
import { compareWith, previousOf, type EnvironmentSnapshot } from './read-snapshot.ts';
import { overrideSteps, refuseBlocked, refuseFrozen } from './refusals.ts';

/** An image the registry has, and what is known of it. */
export interface Candidate {
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
  readonly version: string;
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
 * Decides a rollout of an image that exists: nothing is built and no layer moves. A promotion respects a freeze; a
 * rollback makes one. `latest` is left alone: it says what is newest, not what runs.
 * @throws ENVIRONMENT_FROZEN, IMAGE_BLOCKED
 */
export function planRollout(wish: RolloutWish, candidate: Candidate, snapshot: EnvironmentSnapshot): Plan {
  const { environment, overrides, kind } = wish;
  const { journal, target } = snapshot;
  const { digest, fingerprint, revision, version } = candidate;
  if (kind === 'promotion') refuseFrozen(journal, wish);
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
    tags: [{ tag: environment, kind: 'environment', was: snapshot.tags[environment] ?? null }],
    blocked: isBlocked(journal, digest) ? [shortDigest(digest)] : [],
    blocksOnFailure: environment !== 'local',
    freezes: kind === 'rollback',
    overrides,
    previous: previousOf(snapshot),
    healthUrl: target.healthUrl,
  };
  refuseBlocked(decision, digest);
  const runsIt =
    decision.previous?.image.digest === digest &&
    compareWith(snapshot, fingerprint).report?.fingerprint === fingerprint;
  const upToDate = runsIt ? `${target.name} runs it already` : null;
  // A rollback is always news; of a promotion the run before may have ended before it could tell.
  const isRecorded = kind === 'promotion' && isLastRelease(journal, environment, digest);
  return Object.freeze({
    ...decision,
    steps: [
      ...overrideSteps(decision, digest, journal),
      step(
        'tag-environment',
        `tag ${environment}`,
        snapshot.tags[environment] === digest ? 'it names this image already' : null,
      ),
      step('trigger-rollout', `roll out on ${target.name}`, upToDate),
      step('await-rollout', 'wait until its containers are healthy', upToDate),
      step('verify-revision', `ask it ${wish.probes} times who it is`, null),
      step('record-release', 'record it in the registry', isRecorded ? upToDate : null),
    ],
  });
}
