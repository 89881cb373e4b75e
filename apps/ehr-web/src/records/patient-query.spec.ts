import { describe, expect, it } from 'vitest';
import { EVERYBODY, isFiltered, patientsHref, readPatientQuery, searchParameters } from './patient-query.ts';

describe('readPatientQuery', () => {
  it('reads what belongs there, trimmed and not too long', () => {
    const form = new FormData();
    for (const [name, value] of [['name', ' Anna '], ['mrn', '7'.repeat(300)], ['other', 'x']] as const) form.set(name, value); // prettier-ignore
    form.set('birthdate', new Blob(['x']));
    expect(readPatientQuery(form)).toEqual({ name: 'Anna', mrn: '7'.repeat(200), birthdate: '' });
  });
});

describe('searchParameters', () => {
  const asked = (query: Partial<typeof EVERYBODY>) =>
    [...searchParameters({ ...EVERYBODY, ...query }, '')].filter(
      ([name]) => !['_count', '_total'].includes(name),
    );

  it('asks for every word of the name', () => {
    expect(asked({ name: ' van  der - Berg' })).toEqual([
      ['name', 'van'],
      ['name', 'der'],
      ['name', 'Berg'],
    ]);
  });

  it('takes separators of the search syntax as text', () => {
    expect(asked({ mrn: 'a|b,c$d\\e' })).toEqual([['identifier', String.raw`a\|b\,c\$d\\e`]]);
  });
});

describe('patientsHref', () => {
  it('has the id of a search, where its page begins, and nothing of what is searched for', () => {
    expect([patientsHref('id', 'sealed'), patientsHref('id'), patientsHref(undefined)]).toEqual([
      '/patients?search=id&after=sealed',
      '/patients?search=id',
      '/patients',
    ]);
  });
});

describe('isFiltered', () => {
  it('is so by any of them', () => {
    expect([isFiltered(EVERYBODY), isFiltered({ ...EVERYBODY, mrn: '1' })]).toEqual([false, true]);
  });
});
