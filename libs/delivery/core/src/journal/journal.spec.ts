import { isTag } from '../image/reference.ts';
import { describe, expect, it } from 'vitest';
import { freezeOf, isBlocked, journalTag, readJournalHeadings, type JournalKind } from '../index.ts';

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
    const name = tag(nine, 'unblocked');
    expect(name).toBe('journal-20261123T090000000Z-prod-unblocked-aaaaaaaaaaaa');
    expect(isTag(name)).toBe(true);
  });

  it('is read from the names alone, oldest first; other tags are not entries', () => {
    const tags = [
      'latest',
      tag(ten, 'frozen', 'b'),
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
      ['frozen', 'prod', 'b'.repeat(12), ten],
    ]);
  });

  it.each<[string, string[], boolean]>([
    ['never blocked', [tag(nine, 'released')], false],
    ['blocked', [tag(nine, 'blocked')], true],
    ['blocked in another environment', [tag(nine, 'blocked', 'a', 'staging')], true],
    ['blocked and lifted', [tag(nine, 'blocked'), tag(ten, 'unblocked')], false],
    ['blocked again', [tag(nine, 'blocked'), tag(ten, 'unblocked'), tag(eleven, 'blocked')], true],
    ['another image’s block', [tag(nine, 'blocked', 'b')], false],
  ])('knows an image that was %s', (_name, tags, blocked) => {
    expect(isBlocked(readJournalHeadings(tags), digest('a'))).toBe(blocked);
  });

  it.each<[string, string[], string | undefined]>([
    ['never held', [], undefined],
    ['frozen', [tag(nine, 'frozen')], 'a'.repeat(12)],
    ['held elsewhere', [tag(nine, 'frozen', 'a', 'staging')], undefined],
    ['held and let go', [tag(nine, 'frozen'), tag(ten, 'unfrozen', 'b')], undefined],
  ])('knows an environment that was %s', (_name, tags, image) => {
    expect(freezeOf(readJournalHeadings(tags), 'prod')?.digest).toBe(image);
  });
});
