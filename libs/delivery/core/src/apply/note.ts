import { type Digest, shortDigest } from '../image/digest.ts';
import { journalEntry, type JournalKind, nextSequence, readJournalHeadings } from '../journal/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { ChangePorts } from '../ports.ts';

/** Writes what happened to the plan's image into the journal, behind everything that is there by now. */
export async function note(
  plan: Plan,
  kind: JournalKind,
  digest: Digest,
  reason: string,
  { registry, clock, run }: Pick<ChangePorts, 'registry' | 'clock' | 'run'>,
): Promise<void> {
  const sequence = nextSequence(readJournalHeadings(await registry.listTags()));
  await registry.record(
    journalEntry(plan, kind, digest, { sequence, run: run.id, now: clock.now() }, reason),
  );
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
  const journal = readJournalHeadings(await registry.listTags());
  const theirs = journal.findLast(
    (heading) =>
      heading.kind === 'released' &&
      heading.environment === environment &&
      heading.digest === shortDigest(image?.digest ?? ''),
  );
  const entry = theirs === undefined ? null : await registry.readEntry(theirs.tag);
  // Without one they are on their way to write it, behind ours.
  if (entry === null) return;
  const place = { sequence: nextSequence(journal), run: run.id, now: clock.now() };
  await registry.record(journalEntry(entry, 'released', entry.digest, place, entry.reason));
}
