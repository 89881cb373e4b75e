import type { Digest } from '../image/digest.ts';
import { happening, type JournalEntry, type JournalKind } from '../journal/journal.ts';
import type { Look } from '../journal/open-journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { ChangePorts } from '../ports.ts';

/** What is written at once, with the reason for each. */
export type Notes = readonly (readonly [kind: JournalKind, reason: string])[];

/**
 * Writes what happened to the plan's image into the journal, behind everything that is there by now; `look` sees that
 * first. Returns the whole journal.
 */
export async function note(
  plan: Plan,
  digest: Digest,
  notes: Notes,
  { registry, clock, run }: Pick<ChangePorts, 'registry' | 'clock' | 'run'>,
  look?: Look,
): Promise<readonly JournalEntry[]> {
  const by = { run, now: clock.now() };
  const isDirty = plan.tags.some(({ kind }) => kind === 'trial');
  const about = isDirty ? { ...plan, dirty: true as const } : plan;
  const happenings = notes.map(([kind, reason]) => happening(about, kind, digest, by, reason));
  return registry.journal.append(happenings, look);
}

/**
 * After this run's own entry came behind that of a release that overtook it: writes that one again, so that the journal
 * ends with what runs.
 */
export async function noteLast(
  { environment }: Plan,
  { registry, target, clock, run }: ChangePorts,
): Promise<void> {
  const { image } = await target.inspect();
  const { entries } = await registry.journal.read();
  const theirs = entries.findLast(
    (entry) =>
      entry.kind === 'released' && entry.environment === environment && entry.digest === image?.digest,
  );
  // Without one they are on their way to write it, behind ours.
  if (theirs === undefined) return;
  const by = { run, now: clock.now() };
  await registry.journal.append([happening(theirs, 'released', theirs.digest, by, theirs.reason)]);
}
