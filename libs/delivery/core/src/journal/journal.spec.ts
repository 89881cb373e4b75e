import { describe, expect, it } from 'vitest';
import { entryOf, imageOf } from '../../test/journal-of.ts';
import { freezeOf, isBlocked, type JournalEntry } from './journal.ts';

describe('the journal', () => {
  it.each<[string, JournalEntry[], boolean]>([
    ['never blocked', [entryOf(1, 'released')], false],
    ['blocked', [entryOf(1, 'blocked')], true],
    ['blocked in another environment, and never verified', [entryOf(1, 'blocked', 'a', 'staging')], true],
    [
      'blocked in another environment, and verified somewhere',
      [entryOf(1, 'released', 'a', 'dev'), entryOf(2, 'blocked', 'a', 'staging')],
      false,
    ],
    [
      'blocked here, and verified elsewhere',
      [entryOf(1, 'released', 'a', 'dev'), entryOf(2, 'blocked')],
      true,
    ],
    ['blocked and unblocked', [entryOf(1, 'blocked'), entryOf(2, 'unblocked')], false],
    ['blocked again', [entryOf(1, 'blocked'), entryOf(2, 'unblocked'), entryOf(3, 'blocked')], true],
    ['another image’s block', [entryOf(1, 'blocked', 'b')], false],
  ])('knows an image that was %s', (_name, entries, blocked) => {
    expect(isBlocked(entries, 'prod', imageOf('a'))).toBe(blocked);
  });

  it.each<[string, JournalEntry[], boolean]>([
    ['never frozen', [], false],
    ['frozen', [entryOf(1, 'frozen')], true],
    ['frozen elsewhere', [entryOf(1, 'frozen', 'a', 'staging')], false],
    ['frozen and unfrozen', [entryOf(1, 'frozen'), entryOf(2, 'unfrozen', 'b')], false],
  ])('knows an environment that was %s', (_name, entries, frozen) => {
    expect(freezeOf(entries, 'prod') !== undefined).toBe(frozen);
  });
});
