import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximately, datePrefixes } from './date-prefix.ts';
import { dateRange } from './date-range.ts';

const show = (value: string) => {
  const range = dateRange(value);
  return range && [new Date(range.low).toISOString(), new Date(range.high).toISOString()];
};
const day = fc
  .date({ min: new Date('0001-01-02'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('dateRange', () => {
  it.each([
    ['2020', '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'],
    ['2020-02', '2020-02-01T00:00:00.000Z', '2020-03-01T00:00:00.000Z'],
    ['2020-12-31', '2020-12-31T00:00:00.000Z', '2021-01-01T00:00:00.000Z'],
    ['2020-01-01T10:30', '2020-01-01T10:30:00.000Z', '2020-01-01T10:31:00.000Z'],
    ['2020-01-01T10:30:15+02:00', '2020-01-01T08:30:15.000Z', '2020-01-01T08:30:16.000Z'],
    ['2020-01-01T10:30:15.5Z', '2020-01-01T10:30:15.500Z', '2020-01-01T10:30:15.600Z'],
  ])('reads %s as from %s to %s', (value, low, high) => {
    expect(show(value)).toEqual([low, high]);
  });

  it.each(['', '20', '0000', '2020-13', '2020-02-30', '1900-02-29', '2020-1-1', '2020-01-01T25:00', 'today'])(
    'refuses "%s"',
    (value) => {
      expect(dateRange(value)).toBeUndefined();
    },
  );

  it('puts a day inside its month and the month inside its year', () => {
    fc.assert(
      fc.property(day, (date) => {
        const [inner, month, year] = [date, date.slice(0, 7), date.slice(0, 4)].map((part) =>
          dateRange(part)!,
        );
        expect(datePrefixes.eq(inner!, month!) && datePrefixes.eq(month!, year!)).toBe(true);
        expect(inner!.low).toBeLessThan(inner!.high);
      }),
    );
  });
});

describe('datePrefixes', () => {
  it('answers exactly one of before, within and after for a day against a month', () => {
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [resource, asked] = [dateRange(a)!, dateRange(b.slice(0, 7))!];
        const answers = [datePrefixes.eb, datePrefixes.eq, datePrefixes.sa].map((prefix) =>
          prefix(resource, asked),
        );
        expect(answers.filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  it.each([
    [
      '1980-05-17',
      { eq: true, ne: false, gt: false, lt: false, ge: true, le: true, sa: false, eb: false, ap: true },
    ],
    [
      '1980-06-01',
      { eq: false, ne: true, gt: true, lt: false, ge: true, le: false, sa: true, eb: false, ap: false },
    ],
    [
      '1980-04-30',
      { eq: false, ne: true, gt: false, lt: true, ge: false, le: true, sa: false, eb: true, ap: false },
    ],
    ['1980', { eq: false, ne: true, gt: true, lt: true, ge: true, le: true, sa: false, eb: false, ap: true }],
  ])('compares %s with May 1980', (resource, expected) => {
    const answers = Object.entries(datePrefixes).map(([prefix, holds]) => [
      prefix,
      holds(dateRange(resource)!, dateRange('1980-05')!),
    ]);
    expect(Object.fromEntries(answers)).toEqual(expected);
  });
});

describe('approximately', () => {
  it('is a tenth of how long ago it is, or is to come, to either side', () => {
    expect(approximately({ low: 0, high: 100 }, 1100)).toEqual({ low: -100, high: 200 });
    expect(approximately({ low: 1000, high: 1100 }, 0)).toEqual({ low: 900, high: 1200 });
  });
});
