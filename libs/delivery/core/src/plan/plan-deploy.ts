import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { shortDigest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { formatReference } from '../image/reference.ts';
import { isBlocked, isLastRelease, wasReleased } from '../journal/journal.ts';
import { needsDeploy } from './needs-deploy.ts';
import {
  plannedDigest,
  step,
  tagNames,
  type Decision,
  type Overrides,
  type Plan,
  type PlannedStep,
} from './plan.ts';
import { previousOf, type Snapshot } from './read-snapshot.ts';
import { overrideSteps, refuseBlocked, refuseFrozen, refuseMovedTags } from './refusals.ts';

/** What a deploy is asked for, as far as its plan depends on it. */
export interface DeployWish {
  readonly environment: Environment;
  /** As os/architecture; at least one. */
  readonly platforms: readonly string[];
  /** Whether a new image is started beside the running one first, where there is a place for that. */
  readonly smokeTest: boolean;
  /** False: built, pushed and tagged, and the environment is left alone. */
  readonly rollOut: boolean;
  /** A version tag such as `v1.2.3`; null for a push to a branch. */
  readonly release: string | null;
  readonly overrides: Overrides;
  /** Right answers in a row that verify a rollout. */
  readonly probes: number;
}

/**
 * Decides everything about a deploy; refuses before any write.
 * @throws SOURCE_DIRTY, ENVIRONMENT_FROZEN, TAG_IMMUTABLE, IMAGE_BLOCKED
 */
export function planDeploy(wish: DeployWish, snapshot: Snapshot): Plan {
  const { environment, overrides, release } = wish;
  const { image, source, journal } = snapshot;
  if (source.dirty && environment !== 'local') {
    throw coreError(
      'SOURCE_DIRTY',
      `The working tree has changes that no commit holds; ${environment} gets commits only.`,
    );
  }
  refuseFrozen(journal, wish);
  const decision: Decision = {
    service: snapshot.service,
    environment,
    reason: release === null ? 'deploy' : `release of ${release}`,
    repository: snapshot.repository,
    target: snapshot.target.name,
    revision: source.revision,
    version: release?.replace(/^v/, '') ?? 'unversioned',
    fingerprint: snapshot.fingerprint,
    image:
      image === null ? { kind: 'to-build', platforms: wish.platforms } : { kind: 'present', digest: image },
    tags: snapshot.wanted
      .filter(({ kind }) => wish.rollOut || kind !== 'environment')
      .map((wanted) => ({ ...wanted, was: snapshot.tags[wanted.tag] ?? null })),
    blocked: [...new Set(journal.map(({ digest }) => digest))].filter((digest) => isBlocked(journal, digest)),
    // An image that was verified there before is not at fault when it fails now.
    blocksOnFailure: environment !== 'local' && !(image !== null && wasReleased(journal, environment, image)),
    freezes: false,
    overrides,
    previous: previousOf(snapshot),
    healthUrl: snapshot.target.healthUrl,
  };
  if (image !== null) {
    refuseMovedTags(decision, image);
    refuseBlocked(decision, image);
  }
  return Object.freeze({
    ...decision,
    steps: [...overrideSteps(decision, image, journal), ...stepsOf(decision, wish, snapshot)],
  });
}

function stepsOf(decision: Decision, wish: DeployWish, snapshot: Snapshot): PlannedStep[] {
  const { service, environment, tags } = decision;
  const { target, journal } = snapshot;
  const image = plannedDigest(decision);
  const inRegistry = image === null ? null : `the registry has it as ${shortDigest(image)}`;
  const [revisions, versions, ranges, environments] = [
    tagNames(decision, 'revision', 'trial'),
    tagNames(decision, 'version'),
    tagNames(decision, 'range'),
    tagNames(decision, 'environment'),
  ];
  const published =
    environments.length > 0
      ? null
      : wish.rollOut
        ? 'a prerelease is published, not rolled out'
        : 'no rollout was asked for';
  const need = needsDeploy(snapshot);
  const upToDate = published ?? (need.needed ? null : need.message);
  const named = (names: readonly string[]) => {
    const all = image !== null && tags.every(({ tag, was }) => !names.includes(tag) || was === image);
    return all ? `${names.join(' and ')} ${names.length === 1 ? 'names' : 'name'} this image already` : null;
  };
  const noRelease = wish.release === null ? 'not a release' : null;
  const noPlace = target.canSmokeTest ? null : `${target.name} has no place for a smoke test`;
  return [
    step('build-image', `build ${service} for ${wish.platforms.join(' and ')}`, inRegistry),
    step('gate-image', 'look for secrets and what else must not be shipped', inRegistry),
    step('push-image', `push to ${formatReference(decision.repository)}`, inRegistry),
    // Before the tag that says that the registry has this image: a run that is killed in between repeats it.
    step('attest-image', 'attach its SBOM and provenance', inRegistry),
    step('tag-fingerprint', `tag ${fingerprintTag(decision.fingerprint).slice(0, 24)}…`, inRegistry),
    step('tag-revision', `tag ${revisions.join(' and ')}`, named(revisions)),
    step('tag-version', `tag ${versions.join(' and ')}`, noRelease ?? named(versions)),
    step(
      'smoke-test',
      'start it beside the running one',
      upToDate ?? (wish.smokeTest ? noPlace : 'not asked for'),
    ),
    step(
      'move-version-tags',
      `move ${ranges.join(', ')} forward`,
      ranges.length === 0 ? (published ?? noRelease) : null,
    ),
    step('tag-environment', `tag ${environments.join(' and ')}`, published ?? named(environments)),
    step('trigger-rollout', `roll out on ${target.name}`, upToDate),
    step('await-rollout', 'wait until its containers are healthy', upToDate),
    step('verify-revision', `ask it ${wish.probes} times who it is`, published),
    // Of what runs already it is still news that it has a version now, or that the run before ended before it could tell.
    step(
      'record-release',
      'record the release in the registry',
      published ??
        (noRelease !== null && image !== null && isLastRelease(journal, environment, image)
          ? upToDate
          : null),
    ),
  ];
}
