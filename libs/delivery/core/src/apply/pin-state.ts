import { coreError } from '../errors/catalog.ts';
import type { Digest } from '../image/digest.ts';
import { isBlocked, type JournalEntry, lastReleaseOf } from '../journal/journal.ts';
import { otherHolder } from '../journal/lock.ts';
import { orderOf } from '../plan/order.ts';
import type { Plan, Previous, Superseding } from '../plan/plan.ts';
import { named } from '../plan/refusals.ts';
import { pinOfState } from '../plan/snapshot.ts';
import type { ChangePorts, TargetState } from '../ports.ts';
import { versionOf } from './move-tags.ts';

/*
 * Neither a registry's tags nor a platform's settings can be compared and swapped. So each change reads what is there,
 * compares it with what the plan expects, writes, and reads back: what happens within that one request is found by the
 * reading back, by the next look before the next change, or by the next run.
 */

/** Somebody else changed what the environment is set up with, and this run gives way or begins anew. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  /** By something newer, or a person's rollback: it stays. Null: what is there is older, so the decision is made again. */
  readonly by: Superseding | null;
  /** What this run itself replaced although it is newer, and has to put back; null where that is not so. */
  readonly replaced: Previous | null;

  constructor(by: Superseding | null, message: string, replaced: Previous | null = null) {
    super(message);
    this.by = by;
    this.replaced = replaced;
  }
}

/** What tells the platform what to run, as it is now: its own setting, or the tag it follows. */
export async function readPin(
  plan: Plan,
  ports: ChangePorts,
): Promise<{ pin: string | null; state: TargetState }> {
  const { target, registry } = ports;
  const state = await target.inspect();
  const pin = target.followsTag ? await registry.resolve(plan.environment) : pinOfState(state);
  return { pin, state };
}

/**
 * Before the pin is written: what is there must be what the plan was made for.
 * @throws Overtaken by nothing newer: the decision is made again
 */
export async function demandExpectedPin(plan: Plan, digest: Digest, ports: ChangePorts): Promise<void> {
  const { pin, state } = await readPin(plan, ports);
  if (pin === plan.expects || pin === digest) return;
  // Nothing was written yet: whatever it is, the decision is made again with it in view.
  throw new Overtaken(
    null,
    `${plan.environment} is set up with ${describe(pin, state)} since this run decided.`,
  );
}

/**
 * After the pin was written: it must be this run's still.
 * @throws Overtaken when another run, or a person's rollback, was faster
 * @throws TARGET_CHANGED when nobody known did it; both before anything of theirs is touched
 */
export async function demandOwnPin(plan: Plan, digest: Digest, ports: ChangePorts): Promise<void> {
  // What cannot be read now takes nothing away from what the service itself says; the next look finds it.
  const found = await readPin(plan, ports).catch(() => null);
  if (found === null || found.pin === digest) return;
  throw await overtakenBy(plan, found.pin, found.state, ports);
}

/**
 * After the pin was written: nothing newer must have been released, by these entries, between the last look and the
 * write. That window is one request, and whoever was held up in it puts the newer release back.
 * @throws Overtaken by a release that this run replaced
 */
export async function demandNothingReplaced(
  plan: Plan,
  digest: Digest,
  { source, run }: Pick<ChangePorts, 'source' | 'run'>,
  entries: readonly JournalEntry[],
): Promise<void> {
  const { environment, overrides, previous, freezes } = plan;
  // Who goes back on purpose replaces something newer.
  if (freezes || overrides.allowOlder !== null || environment === 'local') return;
  const entry = lastReleaseOf(entries, environment);
  if (entry === undefined || entry.run === run.id) return;
  if (entry.digest === digest || entry.digest === previous?.image.digest) return;
  if ((await orderOf(plan, entry, environment, source)) !== 'older') return;
  const image = { ...plan.repository, tag: environment, digest: entry.digest };
  throw new Overtaken(
    { revision: entry.revision, version: entry.version },
    `${environment} was released as ${named(entry)}, which is newer, while this run wrote.`,
    { image, revision: entry.revision, version: entry.version, fingerprint: entry.fingerprint },
  );
}

async function overtakenBy(
  plan: Plan,
  pin: string | null,
  state: TargetState,
  { registry, source, run, target }: ChangePorts,
): Promise<Error> {
  const { environment } = plan;
  const what = `${environment} is set up with ${describe(pin, state)} since this run changed it.`;
  const image = pin === null ? null : await registry.describe(pin).catch(() => null);
  if (image !== null) {
    const { entries } = await registry.journal.read();
    const entry = entries.findLast(
      ({ kind, ...one }) =>
        one.environment === environment &&
        one.run !== run.id &&
        one.digest === image.digest &&
        (kind === 'released' || kind === 'frozen'),
    );
    const told = target.followsTag ? entry : state;
    const version = told?.version ?? (await versionOf(image.digest, registry));
    const theirs = { revision: told?.revision ?? 'unknown', version: version ?? 'unversioned' };
    if (entry?.kind === 'frozen') return new Overtaken(theirs, `${what} It was rolled back.`);
    const isNameless = theirs.revision === 'unknown' && theirs.version === 'unversioned';
    const order = isNameless ? 'unknown' : await orderOf(plan, theirs, environment, source);
    const isKnown = entry !== undefined || (await otherHolder(environment, registry, run.id)) !== null;
    if (order === 'older') return new Overtaken(theirs, `${what} That is ${named(theirs)}, which is newer.`);
    if (order === 'newer' && !isBlocked(entries, environment, image.digest))
      return new Overtaken(null, `${what} That is ${named(theirs)}, which is older.`);
    if (isKnown) return new Overtaken(theirs, what);
  }
  return coreError('TARGET_CHANGED', what);
}

function describe(pin: string | null, { revision }: TargetState): string {
  if (pin === null) return 'nothing';
  return `${pin.replace(/^sha256:(.{12}).*$/, '$1')}${revision === null ? '' : ` (${revision.slice(0, 7)})`}`;
}
