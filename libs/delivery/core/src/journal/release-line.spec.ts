import { describe, expect, it } from 'vitest';
import { readJournalHeadings } from '../index.ts';
import { MOST_RECENT, recentImages, releaseLine } from './release-line.ts';

/** `a b c <b d`: releases in that order; `<b` is a rollback to b. */
function journalOf(story: string) {
  let time = 0;
  const tag = (kind: string, letter: string) => {
    time += 1;
    return `journal-${String(time).padStart(8, '0')}-prod-${kind}-${letter.repeat(12)}-${'f'.repeat(12)}`;
  };
  const tags = story.split(' ').flatMap((word) => {
    const letter = word.replace('<', '');
    return word.startsWith('<')
      ? [tag('released', letter), tag('frozen', letter)]
      : [tag('released', letter)];
  });
  const elsewhere = tag('released', 'e').replace('prod', 'staging');
  return readJournalHeadings([...tags, elsewhere]);
}

function lineOf(story: string): string {
  return releaseLine(journalOf(story), 'prod')
    .map(({ digest }) => digest[0])
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
    const tags = digests.map(
      (digest, number) =>
        `journal-${String(number + 1).padStart(8, '0')}-prod-released-${digest}-${'f'.repeat(12)}`,
    );
    expect(recentImages(readJournalHeadings(tags), 'prod')).toEqual(digests.slice(-MOST_RECENT));
  });
});
