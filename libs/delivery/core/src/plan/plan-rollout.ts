import type { Digest } from '../image/digest.ts';
import { shortDigest } from '../image/digest.ts';
import type { Environment } from '../environments.ts';
import { isBlocked, lastReleaseOf } from '../journal/journal.ts';
import { step } from './plan.ts';
import type { DeployPlan, Overrides } from './plan.ts';
import { previousOf } from './read-snapshot.ts';
import type { EnvironmentSnapshot } from './read-snapshot.ts';
import { overrideSteps, refuseBlocked, refuseFrozen } from './refusals.ts';

/** An image the registry has, and what is known of it. */
export interface Candidate {
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
  readonly version: string;
}

export interface RolloutRequest {
  readonly kind: 'promotion' | 'rollback';
  readonly service: string;
  readonly environment: Environment;
  readonly reason: string;
  readonly probes: number;
  readonly overrides: Overrides;
}

/**
 * Decides a rollout of an image that exists: nothing is built and no layer moves. A promotion respects a freeze; a
 * rollback makes one. `latest` is left alone: it says what is newest, not what runs.
 */
export function planRollout(
  request: RolloutRequest,
  candidate: Candidate,
  snapshot: EnvironmentSnapshot,
): DeployPlan {
  const { environment, service, overrides } = request;
  const { journal, tags, running, target } = snapshot;
  if (request.kind === 'promotion') refuseFrozen(journal, request);
  const blocked = isBlocked(journal, candidate.digest) ? [shortDigest(candidate.digest)] : [];
  refuseBlocked({ blocked, overrides }, candidate.digest);
  const previous = previousOf(snapshot);
  const upToDate =
    previous?.digest === candidate.digest && running?.fingerprint === candidate.fingerprint
      ? `${target.name} runs it already`
      : null;
  // A rollback is always news; of a promotion the run before may have ended before it could tell.
  const isRecorded =
    request.kind === 'promotion' &&
    lastReleaseOf(journal, environment)?.digest === shortDigest(candidate.digest);
  return Object.freeze({
    ...candidate,
    service,
    environment,
    reason: request.reason,
    repository: snapshot.repository,
    target: target.name,
    reviewedDigest: null,
    platforms: [],
    tagsWere: tags,
    exactTags: [],
    revisionTag: '',
    versionTags: [],
    versionMovingTags: [],
    environmentTags: [environment],
    blocked,
    blocksOnFailure: environment !== 'local',
    freezes: request.kind === 'rollback',
    overrides,
    previous,
    healthUrlWas: target.healthUrl,
    steps: [
      ...overrideSteps({ blocked, overrides, environment }, candidate.digest, journal),
      step(
        'tag-environment',
        `tag ${environment}`,
        tags[environment] === candidate.digest ? 'it names this image already' : null,
      ),
      step('trigger-rollout', `roll out on ${target.name}`, upToDate),
      step('await-rollout', 'wait until its containers are healthy', upToDate),
      step('verify-revision', `ask it ${request.probes} times who it is`, null),
      step('record-release', 'record it in the registry', isRecorded ? upToDate : null),
    ],
  });
}
