import { describe, expect, it } from 'vitest';
import { entryOf, journalOf } from '../../test/journal-of.ts';
import { MOST_RECENT, recentImages, releaseLine } from './release-line.ts';

function lineOf(story: string): string {
  return releaseLine([...journalOf(story), entryOf(99, 'released', 'e', 'staging')], 'prod')
    .map(({ digest }) => digest[7])
    .join(' ');
}

describe('releaseLine', () => {
  it.each([
    ['a b c', 'a b c'],
    ['a b b', 'a b'],
    ['a b c <b', 'a b'],
    ['a b c <b <a', 'a'],
    ['a b <a d', 'a d'],
    ['a b a', 'a b a'],
    ['b <a', 'b a'],
  ])('of %s is %s', (story, line) => {
    expect(lineOf(story)).toBe(line);
  });
});

describe('recentImages', () => {
  it.each([
    ['a b c', 'a b c'],
    ['a b a', 'b a'],
    ['a b c <b', 'a c b'],
  ])('of %s are %s', (story, images) => {
    expect(
      recentImages(journalOf(story), 'prod')
        .map((digest) => digest[0])
        .join(' '),
    ).toBe(images);
  });

  it('are no more than a host may keep, the last ones', () => {
    const digests = Array.from({ length: 30 }, (_, number) => String(number).padStart(12, '0'));
    const entries = digests.map((digest, number) => entryOf(number + 1, 'released', digest));
    expect(recentImages(entries, 'prod')).toEqual(digests.slice(-MOST_RECENT));
  });
});
