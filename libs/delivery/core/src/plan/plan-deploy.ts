import { coreError } from '../errors/catalog.ts';
import { shortDigest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { isBlocked, lastReleaseOf } from '../journal/journal.ts';
import { needsDeploy } from './needs-deploy.ts';
import type { DeployOptions } from './normalize-options.ts';
import { step } from './plan.ts';
import type { DeployPlan, PlannedStep } from './plan.ts';
import { previousOf } from './read-snapshot.ts';
import type { Snapshot } from './read-snapshot.ts';
import { overrideSteps, refuseBlocked, refuseFrozen, refuseMovedTags } from './refusals.ts';

/** Decides everything about a deploy; refuses before any write. */
export function planDeploy(options: DeployOptions, snapshot: Snapshot): DeployPlan {
  const { image, wanted, fingerprint, source, journal } = snapshot;
  if (source.dirty && options.environment !== 'local') {
    throw coreError(
      'SOURCE_DIRTY',
      `The working tree has changes that no commit holds; ${options.environment} gets commits only.`,
    );
  }
  const overrides = { unblock: options.unblock, unfreeze: options.unfreeze };
  refuseFrozen(journal, { environment: options.environment, overrides });
  const plan: Omit<DeployPlan, 'steps'> = {
    service: options.service,
    environment: options.environment,
    reason: options.release === null ? 'deploy' : `release of ${options.release}`,
    repository: snapshot.repository,
    target: snapshot.target.name,
    revision: source.revision,
    version: options.release?.replace(/^v/, '') ?? 'unversioned',
    fingerprint,
    digest: image,
    reviewedDigest: null,
    platforms: options.platforms,
    tagsWere: snapshot.tags,
    exactTags: [...(wanted.revisionMoves ? [] : [wanted.revision]), ...wanted.version],
    revisionTag: wanted.revision,
    versionTags: wanted.version,
    versionMovingTags: wanted.versionMoving,
    environmentTags: options.rollOut ? wanted.environment : [],
    blocked: [...new Set(journal.map(({ digest }) => digest).filter((digest) => isBlocked(journal, digest)))],
    blocksOnFailure: options.environment !== 'local' && !wasReleased(snapshot, options.environment),
    freezes: false,
    overrides,
    previous: previousOf(snapshot),
    healthUrlWas: snapshot.target.healthUrl,
  };
  if (image !== null) {
    refuseMovedTags(plan, image);
    refuseBlocked(plan, image);
  }
  return Object.freeze({
    ...plan,
    steps: [...overrideSteps(plan, image, journal), ...stepsOf(plan, options, snapshot)],
  });
}

/** An image that was verified there before is not at fault when it fails now. */
function wasReleased({ journal, image }: Snapshot, environment: string): boolean {
  return (
    image !== null &&
    journal.some(
      (entry) =>
        entry.kind === 'released' && entry.environment === environment && entry.digest === shortDigest(image),
    )
  );
}

/** Whether the journal's last word on the environment is this image. */
function isRecorded({ journal, image }: Snapshot, environment: string): boolean {
  return image !== null && lastReleaseOf(journal, environment)?.digest === shortDigest(image);
}

function stepsOf(plan: Omit<DeployPlan, 'steps'>, options: DeployOptions, snapshot: Snapshot): PlannedStep[] {
  const { image, tags, target } = snapshot;
  const inRegistry = image === null ? null : `the registry has it as ${shortDigest(image)}`;
  const notRolledOut = options.rollOut
    ? 'a prerelease is published, not rolled out'
    : 'no rollout was asked for';
  const published = plan.environmentTags.length === 0 ? notRolledOut : null;
  const need = needsDeploy(snapshot, plan.service);
  const upToDate = need.needed ? null : need.why;
  const named = (names: readonly string[], none: string) => {
    if (names.length === 0) return none;
    const all = image !== null && names.every((name) => tags[name] === image);
    return all ? `${names.join(' and ')} ${names.length === 1 ? 'names' : 'name'} this image already` : null;
  };
  const noRelease = 'not a release';
  const noPlace = target.canSmokeTest ? null : `${target.name} has no place for a smoke test`;
  return [
    step('build-image', `build ${plan.service} for ${plan.platforms.join(' and ')}`, inRegistry),
    step('gate-image', 'look for secrets and what else must not be shipped', inRegistry),
    step('push-image', `push to ${plan.repository}`, inRegistry),
    // Before the tag that says that the registry has this image: a run that is killed in between repeats it.
    step('attest-image', 'attach its SBOM and provenance', inRegistry),
    step('tag-fingerprint', `tag ${fingerprintTag(plan.fingerprint).slice(0, 24)}…`, inRegistry),
    step('tag-revision', `tag ${plan.revisionTag}`, named([plan.revisionTag], '')),
    step('tag-version', `tag ${plan.versionTags.join(' and ')}`, named(plan.versionTags, noRelease)),
    step(
      'smoke-test',
      'start it beside the running one',
      published ?? upToDate ?? (options.smokeTest ? noPlace : 'not asked for'),
    ),
    step(
      'move-version-tags',
      `move ${plan.versionMovingTags.join(', ')} forward`,
      plan.versionMovingTags.length === 0 ? (published ?? noRelease) : null,
    ),
    step(
      'tag-environment',
      `tag ${plan.environmentTags.join(' and ')}`,
      named(plan.environmentTags, published ?? ''),
    ),
    step('trigger-rollout', `roll out on ${plan.target}`, published ?? upToDate),
    step('await-rollout', 'wait until its containers are healthy', published ?? upToDate),
    step('verify-revision', `ask it ${options.probes} times who it is`, published),
    // Of what runs already it is still news that it has a version now, or that the run before ended before it could tell.
    step(
      'record-release',
      'record the release in the registry',
      published ?? (options.release === null && isRecorded(snapshot, options.environment) ? upToDate : null),
    ),
  ];
}
