import { coreError } from '../errors/catalog.ts';
import type { Digest } from '../image/digest.ts';
import { journalEntry, readJournalHeadings, type JournalEntry, type JournalHeading } from './journal.ts';
import type { Environment } from '../environments.ts';
import type { Clock } from '../clock.ts';
import type { Run, Registry } from '../ports.ts';

/** How long a run that was killed can keep others out. A living one renews its lock long before. */
export const LOCK_MS = 10 * 60_000;

/** The right to change a service in an environment, as long as it is renewed. */
export interface Lock {
  /** Writes that the run still lives, when a third of the lock has passed. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Makes this run the only one that changes the service in the environment, or throws DEPLOY_IN_PROGRESS with the
 * name of the one that does. Safe without a lock server: everybody writes first and looks then, so of two at least
 * one sees the other; who sees another lock ends its own again. (Two that see each other both give way.)
 */
export async function takeLock(
  service: string,
  environment: Environment,
  {
    registry,
    clock,
    run,
  }: { registry: Pick<Registry, 'record' | 'listTags' | 'readEntry'>; clock: Clock; run: Run },
): Promise<Lock> {
  const note = async (kind: 'locked' | 'unlocked') => {
    await registry.record(entryOf(kind, service, environment, run, clock.now()));
  };
  await note('locked');
  let renewed = clock.now().getTime();
  const others = activeLocks(readJournalHeadings(await registry.listTags()), environment, clock.now());
  for (const other of others.filter(({ digest }) => digest !== run.id)) {
    const who = (await registry.readEntry(other.tag))?.reason ?? 'another run';
    await note('unlocked');
    throw coreError(
      'DEPLOY_IN_PROGRESS',
      `${service} in ${environment} is being changed by ${who}, since ${other.at}.`,
    );
  }
  return {
    renew: async () => {
      if (clock.now().getTime() - renewed < LOCK_MS / 3) return;
      renewed = clock.now().getTime();
      await note('locked');
    },
    end: () => note('unlocked'),
  };
}

/** The locks on an environment that are neither ended nor run out, by their last renewal. */
export function activeLocks(
  journal: readonly JournalHeading[],
  environment: string,
  now: Date,
): readonly JournalHeading[] {
  const last = new Map<string, JournalHeading>();
  for (const heading of journal) {
    if (heading.environment !== environment) continue;
    // Once ended, always ended: a renewal under way when the run ended must not bring the lock back.
    if (
      heading.kind === 'unlocked' ||
      (heading.kind === 'locked' && last.get(heading.digest)?.kind !== 'unlocked')
    ) {
      last.set(heading.digest, heading);
    }
  }
  return [...last.values()].filter(
    ({ kind, at }) => kind === 'locked' && now.getTime() - Date.parse(at) < LOCK_MS,
  );
}

/** A lock is of no image: in the place of a digest stands the run's id. */
function entryOf(
  kind: 'locked' | 'unlocked',
  service: string,
  environment: Environment,
  { id, address }: Run,
  now: Date,
): JournalEntry {
  const digest: Digest = `sha256:${id.padEnd(64, '0')}`;
  const nothing = { fingerprint: '', revision: '', version: '' };
  return journalEntry({ service, environment, ...nothing }, kind, digest, now, address ?? `run ${id}`);
}
