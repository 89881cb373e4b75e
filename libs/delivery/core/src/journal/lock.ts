import type { Digest } from '../image/digest.ts';
import { journalEntry } from './journal-entry.ts';
import type { Environment } from '../environments.ts';
import { DeliveryError } from '../errors/delivery-error.ts';
import { readJournalHeadings } from './journal.ts';
import type { JournalEntry, JournalHeading } from './journal.ts';
import type { Clock, Holder, Registry } from '../ports.ts';

/** How long a run that was killed can keep others out. A living one renews its lease long before. */
export const LEASE_MS = 10 * 60_000;

export interface Lease {
  /** Writes that the run still lives, when a third of the lease has passed. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Makes this run the only one that changes the service in the environment, or throws DEPLOY_IN_PROGRESS with the
 * name of the one that does. Safe without a lock server: everybody writes first and looks then, so of two at least
 * one sees the other; who sees another lease ends its own again. (Two that see each other both give way.)
 */
export async function takeLease(
  service: string,
  environment: Environment,
  {
    registry,
    clock,
    holder,
  }: { registry: Pick<Registry, 'record' | 'listTags' | 'readEntry'>; clock: Clock; holder: Holder },
): Promise<Lease> {
  const note = async (kind: 'leased' | 'lease-ended', of: Pick<Holder, 'id' | 'name'> = holder) => {
    await registry.record(entryOf(kind, service, environment, of, clock.now()));
  };
  await note('leased');
  let renewed = clock.now().getTime();
  const others = activeLeases(readJournalHeadings(await registry.listTags()), environment, clock.now());
  for (const other of others.filter(({ digest }) => digest !== holder.id)) {
    const who = (await registry.readEntry(other.tag))?.reason ?? 'another run';
    if (holder.isGone(who)) {
      // Others may not know that it is dead: they would wait until its lease runs out.
      await note('lease-ended', { id: other.digest, name: who });
      continue;
    }
    await note('lease-ended');
    throw new DeliveryError(
      'DEPLOY_IN_PROGRESS',
      `${service} in ${environment} is being changed by ${who}, since ${other.at}.`,
    );
  }
  return {
    renew: async () => {
      if (clock.now().getTime() - renewed < LEASE_MS / 3) return;
      renewed = clock.now().getTime();
      await note('leased');
    },
    end: () => note('lease-ended'),
  };
}

/** The leases on an environment that are neither ended nor run out, by their last renewal. */
export function activeLeases(
  journal: readonly JournalHeading[],
  environment: string,
  now: Date,
): readonly JournalHeading[] {
  const last = new Map<string, JournalHeading>();
  for (const heading of journal) {
    if (heading.environment !== environment) continue;
    // Once ended, always ended: a renewal under way when the run ended must not bring the lease back.
    if (
      heading.kind === 'lease-ended' ||
      (heading.kind === 'leased' && last.get(heading.digest)?.kind !== 'lease-ended')
    ) {
      last.set(heading.digest, heading);
    }
  }
  return [...last.values()].filter(
    ({ kind, at }) => kind === 'leased' && now.getTime() - Date.parse(at) < LEASE_MS,
  );
}

/** A lease is of no image: in the place of a digest stands the holder's id. */
function entryOf(
  kind: 'leased' | 'lease-ended',
  service: string,
  environment: Environment,
  { id, name }: Pick<Holder, 'id' | 'name'>,
  now: Date,
): JournalEntry {
  const digest: Digest = `sha256:${id.padEnd(64, '0')}`;
  const nothing = { fingerprint: '', revision: '', version: '' };
  return journalEntry({ service, environment, ...nothing }, kind, digest, now, name);
}
