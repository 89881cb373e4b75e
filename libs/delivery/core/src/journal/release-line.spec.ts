import { describe, expect, it } from 'vitest';
import { readJournalHeadings } from '../index.ts';
import { releaseLine } from './release-line.ts';

/** `a b c <b d`: releases in that order; `<b` is a rollback to b. */
function lineOf(story: string): string {
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
  const journal = readJournalHeadings([...tags, elsewhere]);
  return releaseLine(journal, 'prod')
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
