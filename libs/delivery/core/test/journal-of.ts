import type { Digest, JournalEntry } from '../src/index.ts';

/** An image whose digest begins with this text. */
export const imageOf = (letter: string): Digest => `sha256:${letter.padEnd(64, letter.slice(-1))}`;

/** An entry of the journal, number `sequence`, by a run of its own unless it says another. */
export function entryOf(
  sequence: number,
  kind: JournalEntry['kind'],
  letter = 'a',
  environment = 'prod',
  run = 'f',
): JournalEntry {
  const facts = {
    service: 'ehr-api',
    fingerprint: 'f',
    revision: 'r',
    version: 'unversioned',
    reason: 'test',
  };
  const at = '2026-01-01T00:00:00.000Z';
  return { ...facts, sequence, run: run.repeat(12), kind, environment, digest: imageOf(letter), at };
}

/** `a b c <b d`: releases in prod, in that order; `<b` is a rollback to b. */
export function journalOf(story: string): readonly JournalEntry[] {
  return story.split(' ').flatMap((word, position) => {
    const letter = word.replace('<', '');
    const released = entryOf(position + 1, 'released', letter);
    return word.startsWith('<') ? [entryOf(position + 1, 'frozen', letter), released] : [released];
  });
}
