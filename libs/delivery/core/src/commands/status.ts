import type { Environment } from '../environments.ts';
import { DeliveryError, describeError } from '../errors/delivery-error.ts';
import { type Digest, shortDigest } from '../image/digest.ts';
import { formatReference, isPinned } from '../image/reference.ts';
import { blockOf, freezeOf, lastReleaseOf, releaseOf, shortRevision } from '../journal/journal.ts';
import { type Holder, otherHolder } from '../journal/lock.ts';
import { readEnvironment } from '../plan/read-snapshot.ts';
import { compareWith, type EnvironmentSnapshot } from '../plan/snapshot.ts';
import type { EnvironmentPorts } from '../ports.ts';
import { warningsOf } from '../verify/compare-running.ts';
import { restartsOf } from '../verify/restarts-of.ts';

/** Which environments of a service are read. */
export interface StatusRequest {
  readonly service: string;
  readonly environments: readonly Environment[];
}

/** The way into an environment; throws where it is not set up for the service. */
export interface StatusPorts {
  readonly open: (environment: Environment) => Promise<EnvironmentPorts>;
}

/** What one environment runs. Empty texts: nothing, or not known. */
export interface Status {
  readonly environment: Environment;
  readonly version: string;
  /** First 7 digits, and `-dirty` for a tree with changes that no commit holds. */
  readonly revision: string;
  /** Whether nothing runs there. */
  readonly isEmpty: boolean;
  /** First 12 digits of the digest it is pinned to, or that the tag names which it follows. */
  readonly image: string;
  /** The whole of it; null when it is pinned to none. */
  readonly digest: Digest | null;
  /** When the journal says it was released there; RFC 3339. */
  readonly since: string;
  /** Whether the service itself says that it is the image it is pinned to; null when it could not be asked. */
  readonly verified: boolean | null;
  /** How often its containers were started again since it was rolled out; null when the platform does not tell. */
  readonly restarts: number | null;
  /** Its containers that run, and how many there are; null when the platform does not tell. */
  readonly replicas: { readonly running: number; readonly all: number } | null;
  /** Why the image must not be shipped there again; null when it may. */
  readonly blocked: string | null;
  /** Why automation leaves the environment alone; null when it does not. */
  readonly frozen: string | null;
  /** Who is changing it just now; null when nobody is known to be. */
  readonly busy: Holder | null;
  /** What disagrees, for people; empty when nothing does. */
  readonly drift: readonly string[];
}

/** What each environment runs, and where tag, target and answer disagree. One that cannot be read hides no other. */
export function status(
  { service, environments }: StatusRequest,
  { open }: StatusPorts,
): Promise<readonly Status[]> {
  return Promise.all(
    environments.map(async (environment) => {
      try {
        const ports = await open(environment);
        const snapshot = await readEnvironment(service, environment, [environment], ports);
        return await describe(environment, snapshot, ports);
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        return { ...nothing(environment, [describeError(error).message]), verified: null };
      }
    }),
  );
}

/** Compares what the environment's tag names, what the target is pinned to and what answers. */
async function describe(
  environment: Environment,
  snapshot: EnvironmentSnapshot,
  { registry, target: platform }: EnvironmentPorts,
): Promise<Status> {
  const { target, journal, tags } = snapshot;
  const { image: reference } = target;
  const [replicas, busy] = await Promise.all([
    platform.replicas().catch(() => null),
    otherHolder(environment, registry, null),
  ]);
  const common = {
    replicas: replicas && {
      running: replicas.filter(({ state }) => state === 'running').length,
      all: replicas.length,
    },
    frozen: freezeOf(journal, environment)?.reason ?? null,
    busy,
  };
  // Where the platform follows the environment's tag, that says what it runs.
  const digest = isPinned(reference) ? reference.digest : target.followsTag ? snapshot.runs : null;
  if (digest === null) {
    const isEmpty = reference === null || isNew(snapshot);
    return { ...nothing(environment, [unpinned(snapshot)]), ...common, isEmpty };
  }
  const image = await registry.describe(digest);
  const running = compareWith(snapshot, image?.fingerprint ?? null);
  const restarts = restartsOf(replicas);
  const warnings = running.report === null ? [] : warningsOf(running.report);
  const tagged = tags[environment] ?? null;
  const released = releaseOf(journal, environment, digest);
  const last = lastReleaseOf(journal, environment);
  const drift = [
    released === undefined &&
      'it was never verified here: a run ended before it could, or somebody else pinned it',
    released !== undefined &&
      last !== released &&
      `the last release was ${last === undefined ? 'none' : shortDigest(last.digest)}`,
    image === null && 'the registry does not have the image',
    running.state !== 'right' && running.message,
    tagged !== digest && `tag ${environment} names ${tagged === null ? 'nothing' : shortDigest(tagged)}`,
    restarts !== null && restarts > 0 && `its containers were started again ${restarts} times`,
    ...warnings.map((warning) => `it warns: ${warning}`),
  ];
  return {
    environment,
    version: target.version ?? released?.version ?? 'unversioned',
    revision: shortRevision({ ...released, revision: target.revision ?? released?.revision ?? 'unknown' }),
    isEmpty: false,
    image: shortDigest(digest),
    digest,
    since: released?.at ?? '',
    verified: image !== null && running.state === 'right',
    restarts,
    ...common,
    blocked: blockOf(journal, environment, digest)?.reason ?? null,
    drift: drift.filter((message) => message !== false),
  };
}

/** What is set up may never have run: only what answers, or the platform's own account, says that it does. */
function unpinned(snapshot: EnvironmentSnapshot): string {
  const { target, answer } = snapshot;
  if (target.image === null) return 'runs nothing';
  const image = `${formatReference(target.image)}, which is not pinned by digest`;
  if (target.digest !== null || answer?.kind !== 'silence') return `runs ${image}`;
  return `${isNew(snapshot) ? 'runs nothing yet' : 'nothing answers'}; it is set up with ${image}`;
}

/** Whether nothing was ever verified there, and nothing answers. */
function isNew({ target, answer, journal, environment }: EnvironmentSnapshot): boolean {
  const isSilent = target.digest === null && answer?.kind === 'silence';
  return isSilent && lastReleaseOf(journal, environment) === undefined;
}

function nothing(environment: Environment, drift: readonly string[]): Status {
  return {
    environment,
    version: '',
    revision: '',
    isEmpty: false,
    image: '',
    digest: null,
    since: '',
    verified: false,
    restarts: null,
    replicas: null,
    blocked: null,
    frozen: null,
    busy: null,
    drift,
  };
}
