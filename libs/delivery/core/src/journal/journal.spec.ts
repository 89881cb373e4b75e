import { isTag } from '../image/reference.ts';
import { describe, expect, it } from 'vitest';
import { holdOf, isBarred, journalTag, readJournalHeadings } from '../index.ts';
import type { JournalKind } from '../index.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const tag = (at: string, kind: JournalKind, letter = 'a', environment = 'prod') =>
  journalTag({ at, kind, digest: digest(letter), environment });
const [nine, ten, eleven] = [
  '2026-11-23T09:00:00.000Z',
  '2026-11-23T10:00:00.000Z',
  '2026-11-23T11:00:00.000Z',
];

describe('the journal', () => {
  it('names an entry by time, environment, kind and image; the name is a valid tag', () => {
    const name = tag(nine, 'bar-lifted');
    expect(name).toBe('journal-20261123T090000000Z-prod-bar-lifted-aaaaaaaaaaaa');
    expect(isTag(name)).toBe(true);
  });

  it('is read from the names alone, oldest first; other tags are not entries', () => {
    const tags = [
      'latest',
      tag(ten, 'held', 'b'),
      'journal-x',
      'v1.0.0',
      tag(nine, 'released'),
      'journal-20261123T090000000Z-prod-eaten-aaaaaaaaaaaa',
    ];
    expect(
      readJournalHeadings(tags).map(({ kind, environment, digest: image, at }) => [
        kind,
        environment,
        image,
        at,
      ]),
    ).toEqual([
      ['released', 'prod', 'a'.repeat(12), nine],
      ['held', 'prod', 'b'.repeat(12), ten],
    ]);
  });

  it.each<[string, string[], boolean]>([
    ['never barred', [tag(nine, 'released')], false],
    ['barred', [tag(nine, 'barred')], true],
    ['barred in another environment', [tag(nine, 'barred', 'a', 'staging')], true],
    ['barred and lifted', [tag(nine, 'barred'), tag(ten, 'bar-lifted')], false],
    ['barred again', [tag(nine, 'barred'), tag(ten, 'bar-lifted'), tag(eleven, 'barred')], true],
    ['another image’s bar', [tag(nine, 'barred', 'b')], false],
  ])('knows an image that was %s', (_name, tags, barred) => {
    expect(isBarred(readJournalHeadings(tags), digest('a'))).toBe(barred);
  });

  it.each<[string, string[], string | undefined]>([
    ['never held', [], undefined],
    ['held', [tag(nine, 'held')], 'a'.repeat(12)],
    ['held elsewhere', [tag(nine, 'held', 'a', 'staging')], undefined],
    ['held and let go', [tag(nine, 'held'), tag(ten, 'hold-lifted', 'b')], undefined],
  ])('knows an environment that was %s', (_name, tags, image) => {
    expect(holdOf(readJournalHeadings(tags), 'prod')?.digest).toBe(image);
  });
});
