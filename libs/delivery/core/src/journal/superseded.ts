import type { Environment } from '../environments.ts';
import { type Digest, isDigest } from '../image/digest.ts';
import type { ChangePorts, Registry } from '../ports.ts';
import type { JournalEntry } from './journal.ts';
import { harmless } from './journal-document.ts';

/*
 * A run that gave way changed nothing, so no decision needs it and the journal has no entry of it. People who look at a
 * timeline want to see it: it is in a list beside the journal, one tag for each environment, which every writer overwrites.
 */

/** A run that rolled nothing out, for something newer ran. */
export interface SupersededRun extends Pick<
  JournalEntry,
  'run' | 'environment' | 'revision' | 'version' | 'at' | 'reason' | 'address'
> {
  /** What it would have rolled out; null when that was not built. */
  readonly digest: Digest | null;
}

/** So many are remembered in each environment, the last ones. */
const MOST = 100;
/** So often a list that somebody else overwrote at the same time is written again. */
const TRIES = 3;

const texts = ['run', 'environment', 'revision', 'version', 'at', 'reason'] as const;

/** The tag that an environment's list is under. */
export function supersededTag(environment: string): string {
  return `superseded-${environment}`;
}

/** The runs that gave way in the environment, in the order they were written: at most 100, older ones are forgotten. */
export async function supersededRuns(
  environment: Environment,
  { registry: { documents } }: { readonly registry: Pick<Registry, 'documents'> },
): Promise<readonly SupersededRun[]> {
  const text = await documents.read(supersededTag(environment));
  try {
    const { runs } = JSON.parse(text ?? '{}') as { readonly runs?: unknown };
    return Array.isArray(runs) ? runs.filter(isSupersededRun).map(harmless) : [];
  } catch {
    return [];
  }
}

/** Remembers that the run of this plan gave way; `reason` says to what. */
export async function noteSuperseded(
  {
    environment,
    revision,
    version,
  }: Pick<SupersededRun, 'revision' | 'version'> & { environment: Environment },
  digest: Digest | null,
  reason: string,
  ports: Pick<ChangePorts, 'registry' | 'clock' | 'run'>,
): Promise<void> {
  const { registry, clock, run } = ports;
  const by = run.address === null ? {} : { address: run.address };
  const own: SupersededRun = {
    ...{ run: run.id, ...by, environment, digest, revision, version },
    ...{ at: clock.now().toISOString(), reason },
  };
  const isOwn = (one: SupersededRun) => one.run === own.run && one.at === own.at;
  let runs = await supersededRuns(environment, ports);
  for (let tries = 0; tries < TRIES && !runs.some(isOwn); tries += 1) {
    const text = JSON.stringify({ schemaVersion: 1, runs: [...runs, own].slice(-MOST) });
    await registry.documents.write(supersededTag(environment), text);
    runs = await supersededRuns(environment, ports);
  }
}

function isSupersededRun(value: unknown): value is SupersededRun {
  const run = value as Partial<Record<keyof SupersededRun, unknown>> | null;
  return (
    run !== null &&
    typeof run === 'object' &&
    texts.every((name) => typeof run[name] === 'string') &&
    !Number.isNaN(Date.parse(String(run.at))) &&
    (run.digest === null || (typeof run.digest === 'string' && isDigest(run.digest))) &&
    (run.address === undefined || typeof run.address === 'string')
  );
}
