import { freezeOf, isBlocked, parseReference, shortDigest } from '@ehr/delivery-core';
import type { Environment, EnvironmentSnapshot, Registry } from '@ehr/delivery-core';

/** One environment, in words. */
export interface Status {
  readonly environment: Environment;
  readonly version: string;
  readonly revision: string;
  readonly image: string;
  /** When the journal says it was released there. */
  readonly since: string;
  /** Whether the service itself says it is the image it is pinned to. */
  readonly verified: string;
  /** What disagrees; empty when nothing does. */
  readonly drift: string;
}

/** Compares what the environment's tag names, what the target is pinned to and what answers. */
export async function describeStatus(
  environment: Environment,
  { target, running, journal, tags }: EnvironmentSnapshot,
  registry: Pick<Registry, 'describe'>,
): Promise<Status> {
  const pinned = target.image === null ? undefined : parseReference(target.image)?.digest;
  if (pinned === undefined) {
    const drift =
      target.image === null ? 'runs nothing' : `runs ${target.image}, which is not pinned by digest`;
    return { environment, version: '', revision: '', image: '', since: '', verified: 'no', drift };
  }
  const image = await registry.describe(pinned);
  const tagged = tags[environment] ?? null;
  const freeze = freezeOf(journal, environment);
  const drift = [
    image === null && 'the registry does not have the image',
    running === null && 'nothing answers',
    image !== null &&
      running !== null &&
      running.fingerprint !== image.fingerprint &&
      `answers as ${running.fingerprint.slice(0, 12)}`,
    running?.status === 'fail' && 'its health fails',
    tagged !== pinned && `tag ${environment} names ${tagged === null ? 'nothing' : shortDigest(tagged)}`,
    isBlocked(journal, pinned) && 'the image is blocked',
    freeze !== undefined && 'frozen after a rollback',
  ].filter((sentence) => sentence !== false);
  const released = journal.findLast(
    (entry) =>
      entry.kind === 'released' && entry.environment === environment && entry.digest === shortDigest(pinned),
  );
  return {
    environment,
    version: target.version ?? 'unversioned',
    revision: (target.revision ?? 'unknown').slice(0, 7),
    image: shortDigest(pinned),
    since: released?.at.replace('T', ' ').replace(/\.\d+Z$/, 'Z') ?? 'not in the journal',
    verified:
      image !== null && running?.fingerprint === image.fingerprint && running.status !== 'fail'
        ? 'yes'
        : 'no',
    drift: drift.join('; '),
  };
}
