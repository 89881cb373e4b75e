import { describe, expect, it } from 'vitest';
import { entryOf } from '../../test/journal-of.ts';
import { recordedDocuments } from '../../test/recorded-documents.ts';
import type { Documents } from './documents.ts';
import type { Happening } from './journal.ts';
import { openJournal } from './open-journal.ts';

/** A repository, and what was asked of it. */
function repository() {
  const texts: Record<string, string> = {};
  const asked: string[] = [];
  const store = recordedDocuments({ documents: texts });
  const documents: Documents = {
    list: (prefix, from, before) => (asked.push('list'), store.list(prefix, from, before)),
    read: (tag) => (asked.push(`read ${tag}`), store.read(tag)),
    write: (tag, text) => (asked.push(`write ${tag}`), store.write(tag, text)),
    remove: (tag) => (asked.push(`remove ${tag}`), store.remove(tag)),
  };
  return { texts, asked, documents, journal: () => openJournal('ehr-api', documents) };
}
type Repository = ReturnType<typeof repository>;

/** What a run of this letter tells of an image. */
function told(letter: string, run = letter): Happening {
  return { ...entryOf(1, 'released', letter, 'prod', run), sequence: undefined } as Happening;
}
const letters = async ({ journal }: Pick<Repository, 'journal'>) =>
  (await journal().read()).entries.map(({ digest }) => digest[7]).join('');
/** Writes a release for each letter, by a run each. */
async function releases({ journal }: Repository, story: string): Promise<void> {
  for (const letter of story) await journal().append([told(letter)]);
}

describe('openJournal', () => {
  it('writes one document a change, under the next number, and names the newest', async () => {
    const here = repository();
    await releases(here, 'ab');
    expect(Object.keys(here.texts)).toEqual([
      'journal-00000001-aaaaaaaaaaaa',
      'journal',
      'journal-00000002-bbbbbbbbbbbb',
    ]);
    expect(here.texts['journal']).toBe(here.texts['journal-00000002-bbbbbbbbbbbb']);
    expect(await letters(here)).toBe('ab');
  });

  it('reads one document and one listing, however much there is, and afterwards only what is new', async () => {
    const here = repository();
    const writer = here.journal();
    for (let number = 0; number < 300; number += 1)
      await writer.append([told('a', (number % 10).toString())]);
    here.asked.length = 0;
    const reader = here.journal();
    expect((await reader.read()).entries.at(-1)?.sequence).toBe(300);
    expect(here.asked).toEqual(['read journal', 'list']);
    await reader.read();
    expect(here.asked).toEqual(['read journal', 'list', 'list']);
    await writer.append([told('b')]);
    here.asked.length = 0;
    expect((await reader.read()).entries.at(-1)?.sequence).toBe(301);
    expect(here.asked).toEqual(['list', 'read journal-00000301-bbbbbbbbbbbb']);
  });

  it('goes on above documents that do not count, and does not believe one that stands under another number', async () => {
    const here = repository();
    await releases(here, 'abc');
    const copied = here.texts['journal-00000002-bbbbbbbbbbbb'] ?? '';
    for (const tag of Object.keys(here.texts)) here.texts[tag] = '{"somebody":"else"}';
    here.texts['journal-00000007-dddddddddddd'] = copied;
    await releases(here, 'e');
    expect(Object.keys(here.texts).at(-1)).toBe('journal-00000008-eeeeeeeeeeee');
    expect(await letters(here)).toBe('e');
  });

  it('loses nothing with all older documents, nor without the one that names the newest', async () => {
    const here = repository();
    await releases(here, 'abc');
    delete here.texts['journal-00000001-aaaaaaaaaaaa'];
    delete here.texts['journal-00000002-bbbbbbbbbbbb'];
    expect(await letters(here)).toBe('abc');
    delete here.texts['journal'];
    expect(await letters(here)).toBe('abc');
  });

  it('loses nothing with the newest document, and says that it is gone', async () => {
    const here = repository();
    await releases(here, 'abc');
    delete here.texts['journal-00000003-cccccccccccc'];
    expect(await letters(here)).toBe('abc');
    expect((await here.journal().read()).problems).toEqual([
      'document 3, the newest, is gone from the registry; nothing is lost by it',
    ]);
    await releases(here, 'd');
    expect(await letters(here)).toBe('abcd');
  });

  it('finds what is newer than a stale name says', async () => {
    const here = repository();
    await releases(here, 'a');
    const stale = here.texts['journal'] ?? '';
    await releases(here, 'bcdefabcdefabcdefabcdefabcdef');
    here.texts['journal'] = stale;
    expect(await letters(here)).toBe('abcdefabcdefabcdefabcdefabcdef');
  });

  it('keeps what runs that did not see each other wrote: in the order of number and id', async () => {
    const here = repository();
    await releases(here, 'a');
    const [first, second] = [here.journal(), here.journal()];
    await Promise.all([first.append([told('c')]), second.append([told('b')])]);
    expect(Object.keys(here.texts).filter((tag) => tag.startsWith('journal-00000002'))).toHaveLength(2);
    expect(await letters(here)).toBe('abc');
    await releases(here, 'd');
    // The next document holds both.
    const { entries } = JSON.parse(here.texts['journal'] ?? '') as { entries: unknown[] };
    expect(entries).toHaveLength(4);
  });

  it('finds what came late, behind others that did not see it', async () => {
    const here = repository();
    await releases(here, 'abcd');
    const { documents } = here;
    const one = { ...entryOf(2, 'released', 'e', 'prod', 'e') };
    await documents.write(
      'journal-00000002-eeeeeeeeeeee',
      JSON.stringify({ schemaVersion: 3, service: 'ehr-api', since: 0, entries: [one] }),
    );
    expect(await letters(here)).toBe('abecd');
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', '{}'],
    ['another service’s', JSON.stringify({ schemaVersion: 3, service: 'ehr-web', since: 0, entries: [] })],
    [
      'an entry without an image',
      JSON.stringify({ schemaVersion: 3, service: 'ehr-api', since: 0, entries: [{}] }),
    ],
    [
      'a time that is none',
      JSON.stringify({
        schemaVersion: 3,
        service: 'ehr-api',
        since: 0,
        entries: [{ ...entryOf(9, 'frozen'), at: 'x' }],
      }),
    ],
  ])('passes over a document that holds %s, and names it', async (_what, text) => {
    const here = repository();
    await releases(here, 'ab');
    here.texts['journal-00000009-ffffffffffff'] = text;
    const { entries, problems } = await here.journal().read();
    expect(entries).toHaveLength(2);
    expect(problems).toEqual(['journal-00000009-ffffffffffff cannot be read as a document of this journal']);
    await releases(here, 'c');
    expect(await letters(here)).toBe('abc');
  });

  it('passes over tags that are not ours, and over a number nobody counts to', async () => {
    const here = repository();
    await releases(here, 'a');
    here.texts['journal-x'] = '{}';
    here.texts['journal-99990000-ffffffffffff'] = here.texts['journal'] ?? '';
    expect((await here.journal().read()).problems).toHaveLength(2);
    await releases(here, 'b');
    expect(here.texts).toHaveProperty('journal-00000002-bbbbbbbbbbbb');
  });

  it('shows no control characters of somebody else’s text', async () => {
    const here = repository();
    await here.journal().append([{ ...told('a'), reason: '\u001b[2Jgone\n::add-mask::' }]);
    expect((await here.journal().read()).entries[0]?.reason).toBe('?[2Jgone?::add-mask::');
  });

  it('tells which CI run wrote an entry, and shows no control characters of what says so', async () => {
    const here = repository();
    const address = 'https://github.com/acme/ehr/actions/runs/7';
    await here.journal().append([{ ...told('a'), address }, told('b'), { ...told('c'), address: 'x\u001b' }]);
    const { entries } = await here.journal().read();
    expect(entries.map((entry) => entry.address)).toEqual([address, undefined, 'x?']);
  });

  it('does not fail when the newest cannot be named', async () => {
    const here = repository();
    const write: Documents['write'] = (tag, text) =>
      tag === 'journal' ? Promise.reject(new Error('503')) : here.documents.write(tag, text);
    await openJournal('ehr-api', { ...here.documents, write }).append([told('a')]);
    expect(await letters(here)).toBe('a');
  });

  it('removes what is older than a thousand documents, and stops where the registry refuses', async () => {
    const here = repository();
    const writer = here.journal();
    for (let number = 1; number <= 1100; number += 1) await writer.append([told('a')]);
    const left = Object.keys(here.texts).filter((tag) => tag.startsWith('journal-'));
    expect(left).toHaveLength(1001);
    expect(left[0]).toBe('journal-00000100-aaaaaaaaaaaa');
    const refused = repository();
    const remove: Documents['remove'] = (tag) => (
      refused.asked.push(`refused ${tag}`),
      Promise.resolve(false)
    );
    const other = openJournal('ehr-api', { ...refused.documents, remove });
    for (let number = 1; number <= 1050; number += 1) await other.append([told('a')]);
    expect(refused.asked.filter((one) => one.startsWith('refused'))).toHaveLength(1);
  });
});
