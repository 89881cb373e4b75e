import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import type { DeliveryError } from '../errors/delivery-error.ts';
import { type Digest, isDigest, shortDigest } from '../image/digest.ts';
import { formatReference, isTag } from '../image/reference.ts';
import { parseVersionTag } from '../image/version-tags.ts';
import { isBlocked } from '../journal/journal.ts';
import { releaseLine } from '../journal/release-line.ts';
import type { ChangePorts, Prober, Registry } from '../ports.ts';
import { compareRunning } from '../verify/compare-running.ts';
import { refuseUntrusted } from './doubt.ts';
import type { Candidate } from './plan-rollout.ts';
import { refuseStandIn } from './refusals.ts';
import { type EnvironmentSnapshot } from './snapshot.ts';

/** The environment that is promoted from: where the public asks it, and nothing of its secrets. */
export interface Origin {
  readonly environment: Environment;
  /** Its health address. */
  readonly healthUrl: string;
  readonly prober: Prober;
}

/**
 * What an environment was verified to run last, by the journal, and says itself that it runs.
 * @throws RELEASE_UNKNOWN when the journal knows nothing, or something else answers
 * @throws IMAGE_UNTRUSTED
 * @throws BASE_IS_STAND_IN when it is not for where it is promoted to
 */
export async function candidateVerified(
  service: string,
  promotedTo: Environment,
  { environment, healthUrl, prober }: Origin,
  { registry, trust }: Believing,
): Promise<Candidate> {
  const { entries } = await registry.journal.read();
  const entry = releaseLine(entries, environment).at(-1);
  if (entry === undefined) throw unknown(`The journal knows of nothing that was verified in ${environment}.`);
  const { digest, fingerprint, revision, version } = entry;
  const image = await registry.describe(digest);
  if (image === null) {
    throw unknown(
      `${environment} runs ${shortDigest(digest)}, which ${formatReference(registry.repository)} does not have, or not all of it.`,
    );
  }
  refuseStandIn(image.standInFor, promotedTo, registry.repository);
  await refuseUntrusted(digest, trust);
  const { state, message } = compareRunning(await prober.probe(healthUrl), {
    service,
    environment,
    fingerprint,
  });
  if (state !== 'right') {
    throw unknown(
      `${environment} was verified to run ${shortDigest(digest)}, but ${healthUrl} does not say so: ${message}.`,
    );
  }
  return { digest, fingerprint, revision, version, schema: image.schema };
}

/**
 * The release to go back to. `to` is a version (`v1.0.0`, `1.0.0`), a commit, a tag or a digest; null is the release
 * before: verified in the environment, not rolled back from, not what runs, and not blocked.
 * @throws RELEASE_UNKNOWN when there is none.
 * @throws IMAGE_UNTRUSTED, BASE_IS_STAND_IN, OPTIONS_INVALID for what can be none of these
 */
export async function candidateNamed(
  to: string | null,
  environment: Environment,
  snapshot: EnvironmentSnapshot,
  { registry, trust }: Believing,
): Promise<Candidate> {
  const digest = to === null ? digestBefore(environment, snapshot) : await digestOf(to, registry);
  const image = digest === null ? null : await registry.describe(digest);
  if (image === null) {
    throw unknown(
      to === null
        ? `No earlier release was verified in ${environment}.`
        : `There is no release "${to}" in ${formatReference(registry.repository)}.`,
    );
  }
  refuseStandIn(image.standInFor, environment, registry.repository);
  await refuseUntrusted(image.digest, trust);
  const entry = snapshot.journal.findLast(
    ({ kind, digest: of }) => kind === 'released' && of === image.digest,
  );
  const version = to === null ? undefined : parseVersionTag(to.startsWith('v') ? to : `v${to}`)?.version;
  return {
    digest: image.digest,
    fingerprint: image.fingerprint,
    revision: entry?.revision ?? 'unknown',
    version: version ?? entry?.version ?? 'unversioned',
    schema: image.schema,
  };
}

/** Where an image is, and whether it counts. */
type Believing = Pick<ChangePorts, 'registry' | 'trust'>;

function digestBefore(environment: Environment, snapshot: EnvironmentSnapshot): Digest | null {
  const current = snapshot.runs;
  const line = releaseLine(snapshot.journal, environment);
  const last = line.at(-1);
  // What runs stood in the line before, and another release came after it: a rollback to it ended before it could be
  // recorded. It is to be finished, not undone.
  const halfway = last?.digest === current ? undefined : line.findLast(({ digest }) => digest === current);
  const entry =
    halfway ??
    line.findLast(({ digest }) => digest !== current && !isBlocked(snapshot.journal, environment, digest));
  return entry?.digest ?? null;
}

async function digestOf(to: string, registry: Registry): Promise<Digest | null> {
  if (isDigest(to)) return registry.resolve(to);
  if (!isTag(to)) {
    throw coreError(
      'OPTIONS_INVALID',
      `--to must be a version, a commit, a tag or a digest; it is ${JSON.stringify(to)}.`,
    );
  }
  const tagged = await registry.resolve(to);
  if (tagged !== null || !/^[0-9a-f]{7,40}$/.test(to)) return tagged;
  // A commit: the tag `<branch>-<sha7>` that any branch gave it.
  const tag = (await registry.listTags('')).find(
    (name) => /^(?!journal-|lock-).+-[0-9a-f]{7}$/.test(name) && name.endsWith(`-${to.slice(0, 7)}`),
  );
  return tag === undefined ? null : registry.resolve(tag);
}

function unknown(message: string): DeliveryError {
  return coreError('RELEASE_UNKNOWN', message);
}
