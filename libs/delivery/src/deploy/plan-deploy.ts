import { parseReference, shortDigest } from '@ehr/oci';
import type { Digest } from '@ehr/oci';
import type { Environment } from '../environments.ts';
import { DeliveryError } from '../errors/delivery-error.ts';
import { fingerprintTag } from '../fingerprint.ts';
import type { DeployOptions } from './normalize-options.ts';
import type { Snapshot } from './read-snapshot.ts';

/** In this order: immutable before mutable, write before trigger, trigger before proof. */
export const stepKinds = [
  'build-image',
  'push-image',
  'tag-fingerprint',
  'tag-revision',
  'rehearse-image',
  'tag-environment',
  'trigger-rollout',
  'await-rollout',
  'verify-revision',
  'record-release',
] as const;

export type StepKind = (typeof stepKinds)[number];

export interface PlannedStep {
  readonly kind: StepKind;
  /** What it does, to what: `push 2 platforms to 127.0.0.1:5050/ehr-connect/ehr-api`. */
  readonly title: string;
  /** Why there is nothing to do; null when there is. */
  readonly skip: string | null;
}

/** What to go back to when the rollout fails. */
export interface Previous {
  readonly image: string;
  readonly digest: Digest;
  readonly fingerprint: string | null;
  readonly revision: string;
  readonly version: string;
}

/** Data alone: it can be printed, stored, compared. */
export interface DeployPlan {
  readonly service: string;
  readonly environment: Environment;
  readonly repository: string;
  readonly target: string;
  readonly revision: string;
  readonly version: string;
  readonly fingerprint: string;
  /** Null until the image is built. */
  readonly digest: Digest | null;
  readonly platforms: readonly string[];
  readonly revisionTag: string;
  /** The digest an immutable revision tag already has: the build must give the same, or nothing is written. */
  readonly revisionTagMustBe: Digest | null;
  readonly environmentTag: string;
  readonly previous: Previous | null;
  readonly environmentTagWas: Digest | null;
  readonly steps: readonly PlannedStep[];
}

/** Decides everything; refuses with TAG_IMMUTABLE before any write. */
export function planDeploy(options: DeployOptions, snapshot: Snapshot): DeployPlan {
  const { image, tags, fingerprint, running } = snapshot;
  const revisionTagMustBe = tags.revisionMoves ? null : snapshot.revisionTag;
  if (image !== null && revisionTagMustBe !== null && revisionTagMustBe !== image) {
    throw immutableTag(tags.revision, revisionTagMustBe, image);
  }
  const previous = previousOf(snapshot);
  const inRegistry = image === null ? null : `the registry has it as ${shortDigest(image)}`;
  const upToDate =
    image !== null &&
    running?.fingerprint === fingerprint &&
    running.service === options.service &&
    previous?.digest === image
      ? `${snapshot.target.name} runs it already`
      : null;
  const step = (kind: StepKind, title: string, skip: string | null): PlannedStep => ({ kind, title, skip });
  const named = (tag: Digest | null) =>
    image !== null && tag === image ? 'it names this image already' : null;

  return Object.freeze({
    service: options.service,
    environment: options.environment,
    repository: snapshot.repository,
    target: snapshot.target.name,
    revision: snapshot.source.revision,
    version: 'unversioned',
    fingerprint,
    digest: image,
    platforms: options.platforms,
    revisionTag: tags.revision,
    revisionTagMustBe,
    environmentTag: tags.environment,
    previous,
    environmentTagWas: snapshot.environmentTag,
    steps: [
      step('build-image', `build ${options.service} for ${options.platforms.join(' and ')}`, inRegistry),
      step('push-image', `push to ${snapshot.repository}`, inRegistry),
      step('tag-fingerprint', `tag ${fingerprintTag(fingerprint).slice(0, 24)}…`, inRegistry),
      step('tag-revision', `tag ${tags.revision}`, named(snapshot.revisionTag)),
      step(
        'rehearse-image',
        'start it beside the running one',
        upToDate ?? (options.rehearse ? null : 'not asked for'),
      ),
      step('tag-environment', `tag ${tags.environment}`, named(snapshot.environmentTag)),
      step('trigger-rollout', `roll out on ${snapshot.target.name}`, upToDate),
      step('await-rollout', 'wait until its containers are healthy', upToDate),
      step('verify-revision', `ask it ${options.probes} times who it is`, null),
      step('record-release', 'record the release in the registry', upToDate),
    ],
  });
}

export function immutableTag(tag: string, was: Digest, is: Digest): DeliveryError {
  return new DeliveryError(
    'TAG_IMMUTABLE',
    `Tag ${tag} never moves; it names ${shortDigest(was)} and this deploy would make it name ${shortDigest(is)}.`,
  );
}

function previousOf({ target, running }: Snapshot): Previous | null {
  const digest = target.image === null ? undefined : parseReference(target.image)?.digest;
  if (target.image === null || digest === undefined) return null;
  return {
    image: target.image,
    digest,
    fingerprint: running?.fingerprint ?? null,
    revision: target.revision ?? 'unknown',
    version: target.version ?? 'unversioned',
  };
}
