import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf, imageOf } from '../../test/journal-of.ts';
import { compact, type Compacted, WINDOW } from './compact.ts';
import {
  freezeOf,
  isBlocked,
  type JournalEntry,
  lastReleaseOf,
  wasReleased,
  wasReleasedAnywhere,
} from './journal.ts';
import { recentImages, releaseLine } from './release-line.ts';

const LETTERS = [...'abcdef'];
const PLACES = ['dev', 'prod'] as const;

/** Everything that is ever asked of a journal about the present. */
function answers(entries: readonly JournalEntry[]) {
  return PLACES.map((place) => ({
    frozen: freezeOf(entries, place)?.sequence,
    last: lastReleaseOf(entries, place)?.sequence,
    line: releaseLine(entries, place).map(({ digest }) => digest.slice(7, 8)),
    recent: recentImages(entries, place),
    blocked: LETTERS.map((letter) => isBlocked(entries, place, imageOf(letter))),
    released: LETTERS.map((letter) => wasReleased(entries, place, imageOf(letter))),
    anywhere: LETTERS.map((letter) => wasReleasedAnywhere(entries, imageOf(letter))),
  }));
}

/** What a run may write at once: a release, one that freezes or lifts something, or a block. */
const act = fc.tuple(
  fc.constantFrom(['released'], ['frozen', 'released'], ['unblocked', 'unfrozen', 'released'], ['blocked']),
  fc.constantFrom(...LETTERS),
  fc.constantFrom(...PLACES),
) as fc.Arbitrary<[JournalEntry['kind'][], string, string]>;

describe('compact', () => {
  it('changes no answer about the present, whatever happened, step by step', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 60, maxLength: 160 }), (acts) => {
        let all: JournalEntry[] = [];
        let short: Compacted = { since: 0, entries: [] };
        for (const [position, [kinds, letter, place]] of acts.entries()) {
          const next = kinds.map((kind) => entryOf(position + 1, kind, letter, place));
          all = [...all, ...next];
          short = compact({ since: short.since, entries: [...short.entries, ...next] });
        }
        const line = (one: ReturnType<typeof answers>) =>
          one.map(({ line, ...others }) => ({ ...others, line: line.slice(-20) }));
        expect(line(answers(short.entries))).toEqual(line(answers(all)));
        expect(short.since).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the last entries whole, and what was written at once together', () => {
    const entries = Array.from({ length: 40 }, (_, number) => [
      entryOf(number + 1, 'frozen', 'a'),
      entryOf(number + 1, 'released', 'a'),
    ]).flat();
    const { since, entries: left } = compact({ since: 0, entries });
    expect(left.filter(({ sequence }) => sequence > since)).toHaveLength(WINDOW);
    expect(since).toBe(15);
  });

  it('does not grow with what happened: 5,000 releases leave less than 200 entries', () => {
    let short: Compacted = { since: 0, entries: [] };
    for (let number = 1; number <= 5000; number += 1)
      short = compact({
        since: short.since,
        entries: [...short.entries, entryOf(number, 'released', String(number).padStart(8, '0'))],
      });
    expect(short.entries.length).toBeLessThan(200);
  });
});
