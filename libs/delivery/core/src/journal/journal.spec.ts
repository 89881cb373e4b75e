import { describe, expect, it } from 'vitest';
import { isTag } from '../image/reference.ts';
import {
  freezeOf,
  isBlocked,
  type JournalKind,
  journalTag,
  nextSequence,
  readJournalHeadings,
} from '../index.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const tag = (sequence: number, kind: JournalKind, letter = 'a', environment = 'prod', run = 'f') =>
  journalTag({ sequence, kind, digest: digest(letter), environment, run: run.repeat(12) });

describe('the journal', () => {
  it('names an entry by number, environment, kind, image and run; the name is a valid tag', () => {
    const name = tag(9, 'unblocked');
    expect(name).toBe('journal-00000009-prod-unblocked-aaaaaaaaaaaa-ffffffffffff');
    expect(isTag(name)).toBe(true);
  });

  it('is read from the names alone, in order of number and then of run; other tags are not entries', () => {
    const tags = [
      'latest',
      tag(2, 'frozen', 'b', 'prod', 'e'),
      tag(2, 'released', 'c', 'prod', 'd'),
      'journal-x',
      'v1.0.0',
      tag(1, 'released'),
      'journal-00000009-prod-eaten-aaaaaaaaaaaa-ffffffffffff',
    ];
    const headings = readJournalHeadings(tags);
    expect(headings.map(({ sequence, kind, digest: image }) => [sequence, kind, image])).toEqual([
      [1, 'released', 'a'.repeat(12)],
      [2, 'released', 'c'.repeat(12)],
      [2, 'frozen', 'b'.repeat(12)],
    ]);
    expect(nextSequence(headings)).toBe(3);
    expect(nextSequence([])).toBe(1);
  });

  it.each<[string, string[], boolean]>([
    ['never blocked', [tag(1, 'released')], false],
    ['blocked', [tag(1, 'blocked')], true],
    ['blocked in another environment, and never verified', [tag(1, 'blocked', 'a', 'staging')], true],
    [
      'blocked in another environment, and verified somewhere',
      [tag(1, 'released', 'a', 'dev'), tag(2, 'blocked', 'a', 'staging')],
      false,
    ],
    ['blocked here, and verified elsewhere', [tag(1, 'released', 'a', 'dev'), tag(2, 'blocked')], true],
    ['blocked and unblocked', [tag(1, 'blocked'), tag(2, 'unblocked')], false],
    ['blocked again', [tag(1, 'blocked'), tag(2, 'unblocked'), tag(3, 'blocked')], true],
    ['another image’s block', [tag(1, 'blocked', 'b')], false],
  ])('knows an image that was %s', (_name, tags, blocked) => {
    expect(isBlocked(readJournalHeadings(tags), 'prod', digest('a'))).toBe(blocked);
  });

  it.each<[string, string[], string | undefined]>([
    ['never frozen', [], undefined],
    ['frozen', [tag(1, 'frozen')], 'a'.repeat(12)],
    ['frozen elsewhere', [tag(1, 'frozen', 'a', 'staging')], undefined],
    ['frozen and unfrozen', [tag(1, 'frozen'), tag(2, 'unfrozen', 'b')], undefined],
  ])('knows an environment that was %s', (_name, tags, image) => {
    expect(freezeOf(readJournalHeadings(tags), 'prod')?.digest).toBe(image);
  });
});
