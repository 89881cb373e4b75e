import { describe, expect, it } from 'vitest';
import { isFiltered, patientsHref, readPatientQuery, searchParameters } from './patient-query.ts';

const none = { name: '', mrn: '', birthdate: '', after: '' };

describe('readPatientQuery', () => {
  it('reads the first of each and trims it', () => {
    expect(readPatientQuery({ name: [' Anna ', 'x'], mrn: '7', other: 'x' })).toEqual({
      ...none,
      name: 'Anna',
      mrn: '7',
    });
  });
});

describe('searchParameters', () => {
  const asked = (query: Partial<typeof none>) =>
    [...searchParameters({ ...none, ...query })].filter(([name]) => !['_count', '_total'].includes(name));

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
  it('keeps the filter and adds the page', () => {
    expect(patientsHref({ ...none, name: 'Zoë & Co', after: '9' })).toBe(
      '/patients?name=Zo%C3%AB+%26+Co&after=9',
    );
    expect(patientsHref(none)).toBe('/patients');
  });
});

describe('isFiltered', () => {
  it('does not take a later page for a filter', () => {
    expect([isFiltered({ ...none, after: '9' }), isFiltered({ ...none, mrn: '1' })]).toEqual([false, true]);
  });
});
