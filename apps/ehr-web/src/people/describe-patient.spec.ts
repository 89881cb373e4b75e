import { describe, expect, it } from 'vitest';
import { describeAge } from './describe-age.ts';
import { describePatient } from './describe-patient.ts';
import { formatDate } from './format-date.ts';

describe('describeAge', () => {
  it.each([
    ['1980-05-17', '2026-05-16', '45 y'],
    ['1980-05-17', '2026-05-17', '46 y'],
    ['2024-05-18', '2026-05-17', '23 mo'],
    ['2026-02-01', '2026-05-17', '3 mo'],
    ['2026-03-01', '2026-05-17', '11 w'],
    ['2026-05-17', '2026-05-17', '0 d'],
    ['1980', '2026-05-17', '46 y'],
    ['2030-01-01', '2026-05-17', ''],
  ])('says of one born %s, on %s: %s', (born, today, age) => {
    expect(describeAge(born, today)).toBe(age);
  });
});

describe('formatDate', () => {
  it.each([
    ['1980-05-07', '7 May 1980'],
    ['1980-05', 'May 1980'],
    ['1980', '1980'],
  ])('writes %s as %s', (date, text) => {
    expect(formatDate(date)).toBe(text);
  });
});

describe('describePatient', () => {
  it('prefers the official name and the own MRN', () => {
    const summary = describePatient(
      {
        resourceType: 'Patient',
        id: 'p',
        name: [
          { use: 'nickname', text: 'Annie' },
          { use: 'official', family: 'Müller', given: ['Anna', 'Maria'] },
        ],
        identifier: [{ value: 'other' }, { system: 'urn:ehr-connect:mrn', value: '7' }],
        gender: 'female',
        birthDate: '1980-05-17',
      },
      '2026-05-17',
    );
    expect(summary).toEqual({
      id: 'p',
      name: 'Müller, Anna Maria',
      initials: 'AM',
      sex: 'Female',
      born: '17 May 1980',
      age: '46 y',
      mrn: '7',
      deceased: false,
    });
  });

  it('says what is not recorded', () => {
    expect(
      describePatient({ resourceType: 'Patient', deceasedDateTime: '2020' }, '2026-05-17'),
    ).toMatchObject({
      name: 'Name not recorded',
      initials: '–',
      sex: 'Not recorded',
      born: 'Not recorded',
      age: '',
      mrn: 'None',
      deceased: true,
    });
  });
});
