import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { standInForName } from '../image/base-image.ts';
import { shortDigest } from '../image/digest.ts';
import { fingerprintTag } from '../image/fingerprint.ts';
import { formatReference } from '../image/reference.ts';
import { isBlocked, lastReleaseOf, wasReleased } from '../journal/journal.ts';
import { recentImages } from '../journal/release-line.ts';
import { needsDeploy } from './needs-deploy.ts';
import { passedChecks } from './passed-checks.ts';
import {
  type Decision,
  type Overrides,
  type Plan,
  plannedDigest,
  type PlannedStep,
  type PlannedTag,
  step,
  tagNames,
} from './plan.ts';
import { rolloutSteps } from './plan-rollout.ts';
import {
  named,
  refuseBlocked,
  refuseFrozen,
  refuseMovedTags,
  refusePlace,
  refuseSchema,
  refuseStandIn,
  supersededBy,
} from './refusals.ts';
import { pinOfState, previousOf, replacedBy, type Snapshot } from './snapshot.ts';
import type { WantedTag } from './tag-policy.ts';

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
 * @throws SOURCE_DIRTY, RELEASE_UNTAGGED, BASE_IS_STAND_IN, SERVICE_WRONG_ENVIRONMENT, DATA_NOT_KEPT, DIVERGED,
 * ENVIRONMENT_FROZEN, TAG_IMMUTABLE, IMAGE_BLOCKED, SCHEMA_BEYOND
 */
export function planDeploy(wish: DeployWish, snapshot: Snapshot): Plan {
  const { environment, overrides, release, rollOut } = wish;
  const { image, source, journal } = snapshot;
  refuseSource(wish, snapshot);
  const next = { revision: source.revision, version: release?.replace(/^v/, '') ?? 'unversioned' };
  const newer = rollOut ? supersededBy(next, snapshot.ordering, overrides, environment) : null;
  // What is rolled out nowhere is not held up by the state of the place.
  if (rollOut && newer === null) {
    refusePlace(snapshot);
    refuseFrozen(journal, wish);
  }
  const follows = (kind: string) => kind === 'environment' || kind === 'latest';
  const decision: Decision = {
    service: snapshot.service,
    environment,
    reason: release === null ? 'deploy' : `release of ${release}`,
    repository: snapshot.repository,
    target: snapshot.target.name,
    ...next,
    fingerprint: snapshot.fingerprint,
    image:
      image === null ? { kind: 'to-build', platforms: wish.platforms } : { kind: 'present', digest: image },
    tags: snapshot.wanted
      .filter(({ kind }) => (rollOut && newer === null) || !follows(kind))
      .map((wanted) => plannedTag(wanted, snapshot)),
    supersededBy: newer,
    replaced: newer === null ? null : replacedBy(image, snapshot),
    expects: snapshot.target.followsTag ? (snapshot.tags[environment] ?? null) : pinOfState(snapshot.target),
    passed: passedChecks(snapshot),
    blocked: [...new Set(journal.map(({ digest }) => digest))]
      .filter((digest) => isBlocked(journal, environment, digest))
      .map(shortDigest),
    recent: recentImages(journal, environment),
    schema: snapshot.schema,
    verifiedBefore: image !== null && wasReleased(journal, environment, image),
    // An image that was verified there before is not at fault when it fails now.
    blocksOnFailure: environment !== 'local' && !(image !== null && wasReleased(journal, environment, image)),
    freezes: false,
    overrides,
    previous: previousOf(snapshot),
    healthUrl: snapshot.target.healthUrl,
  };
  if (image !== null) {
    refuseMovedTags(decision, image);
    if (newer === null) refuseBlocked(decision, image);
    if (rollOut && newer === null) refuseSchema(snapshot.imageSchema, snapshot.schema, environment);
  }
  return Object.freeze({ ...decision, steps: stepsOf(decision, wish, snapshot) });
}

/**
 * The tag of a revision names something else already where the commit was shipped on another base image, or begins with
 * the same digits as another commit: then the content's hash is added.
 */
function plannedTag({ tag, kind }: WantedTag, { tags, image, fingerprint }: Snapshot): PlannedTag {
  const was = tags[tag] ?? null;
  if (kind !== 'revision' || was === null || was === image) return { tag, kind, was };
  return { tag: `${tag}-${fingerprint.slice(0, 7)}`, kind, was: null };
}

/** @throws BASE_IS_STAND_IN, SOURCE_DIRTY, RELEASE_UNTAGGED */
function refuseSource(
  { environment, release }: DeployWish,
  { source, tagged, base, repository }: Snapshot,
): void {
  refuseStandIn(standInForName(base), environment, repository);
  if (source.dirty && (environment !== 'local' || release !== null)) {
    const gets = release === null ? `${environment} gets` : 'a release is of';
    throw coreError(
      'SOURCE_DIRTY',
      `The working tree has changes that no commit holds; ${gets} commits only.`,
    );
  }
  if (release === null || tagged === source.revision) return;
  const commit = source.revision.slice(0, 7);
  throw coreError(
    'RELEASE_UNTAGGED',
    tagged === null
      ? `The remote has no Git tag ${release}; this is commit ${commit}.`
      : `The remote's Git tag ${release} names commit ${tagged.slice(0, 7)}; this is commit ${commit}.`,
  );
}

function stepsOf(decision: Decision, wish: DeployWish, snapshot: Snapshot): PlannedStep[] {
  const { service, environment, tags, supersededBy: newer } = decision;
  const { journal, doubt } = snapshot;
  const image = plannedDigest(decision);
  const superseded = newer === null ? null : `${environment} runs ${named(newer)}, which is newer`;
  // A push that came too late ships nothing at all; a release still gets its image and its exact tags.
  const inRegistry =
    image === null
      ? wish.release === null
        ? superseded
        : null
      : `the registry has it as ${shortDigest(image)}`;
  const [revisions, versions] = [tagNames(decision, 'revision', 'trial'), tagNames(decision, 'version')];
  const unpublished = wish.release === null && image === null ? superseded : null;
  const published =
    superseded ??
    (wish.rollOut
      ? tagNames(decision, 'environment').length > 0
        ? null
        : 'a prerelease is published, not rolled out'
      : 'no rollout was asked for');
  const need = needsDeploy(snapshot);
  const upToDate = published ?? (need.needed ? null : need.message);
  const allNamed = (names: readonly string[]) => {
    const all = image !== null && tags.every(({ tag, was }) => !names.includes(tag) || was === image);
    return all ? `${names.join(' and ')} ${names.length === 1 ? 'names' : 'name'} this image already` : null;
  };
  const noRelease = wish.release === null ? 'not a release' : null;
  const last = lastReleaseOf(journal, environment);
  const isRecorded =
    image !== null && last?.digest === image && (noRelease !== null || last.version === decision.version);
  return [
    step(
      'build-image',
      `build ${service} for ${wish.platforms.join(' and ')}${doubt === null ? '' : `: what the registry has does not count, ${doubt}`}`,
      inRegistry,
    ),
    step('gate-image', 'look for secrets and what else must not be shipped', inRegistry),
    step('push-image', `push to ${formatReference(decision.repository)}`, inRegistry),
    // Before the tag that says that the registry has this image: a run that is killed in between repeats it.
    step('attest-image', 'attach what it is made of and how it was built', inRegistry),
    step(
      'tag-fingerprint',
      `tag ${fingerprintTag(decision.fingerprint).slice(0, 24)}…`,
      unpublished ?? inRegistry,
    ),
    step('tag-revision', `tag ${revisions.join(' and ')}`, unpublished ?? allNamed(revisions)),
    step('tag-version', `tag ${versions.join(' and ')}`, noRelease ?? allNamed(versions)),
    ...rolloutSteps(decision, snapshot, {
      probes: wish.probes,
      // A version that is not rolled out moves its own `1.1` all the same, once the image was seen to start.
      smokeTest: wish.smokeTest && (upToDate === null || (superseded !== null && noRelease === null)),
      published,
      upToDate,
      isRecorded: isRecorded ? upToDate : null,
    }),
  ];
}
