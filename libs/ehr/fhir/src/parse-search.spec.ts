import { describe, expect, it } from 'vitest';
import { parseSearch } from './server.ts';

const options = {
  type: 'Patient',
  lenient: false,
  now: new Date(),
  base: 'https://ehr.example/fhir',
  limits: { criteria: 30, values: 500, chain: 5 },
};
const parse = (query: string, lenient = false, type = 'Patient') =>
  parseSearch([...new URLSearchParams(query)], { ...options, lenient, type });
const criteria = (query: string) => {
  const parsed = parse(query);
  return 'search' in parsed ? parsed.search.criteria : parsed.issues;
};

describe('parseSearch', () => {
  it('reads commas as OR and repetition as AND', () => {
    expect(criteria('family=Müller,Meier&family:exact=Meier')).toEqual([
      {
        type: 'string',
        parameter: 'family',
        anyOf: [
          { how: 'starts', text: 'muller' },
          { how: 'starts', text: 'meier' },
        ],
      },
      { type: 'string', parameter: 'family', anyOf: [{ how: 'exact', text: 'Meier' }] },
    ]);
  });

  it('reads escaped separators as text', () => {
    expect(criteria(String.raw`name=a\,b\\,c`)).toMatchObject([
      { anyOf: [{ text: 'a,b\\' }, { text: 'c' }] },
    ]);
    expect(criteria(String.raw`identifier=s\|1|v`)).toMatchObject([
      { anyOf: [{ system: 's|1', code: 'v' }] },
    ]);
  });

  it.each([
    ['123', { code: '123' }],
    ['urn:mrn|123', { system: 'urn:mrn', code: '123' }],
    ['|123', { system: '', code: '123' }],
    ['urn:mrn|', { system: 'urn:mrn' }],
  ])('reads the token %s', (value, match) => {
    expect(criteria(`identifier=${encodeURIComponent(value)}`)).toEqual([
      { type: 'token', parameter: 'identifier', anyOf: [match] },
    ]);
  });

  it.each([
    ['surname=x', 'Search parameter surname is not known here'],
    ['name.given=x', 'is no reference'],
    ['constructor=x', 'not known here'],
    ['name=', 'has an empty value'],
    ['name=a,,b', 'has an empty value'],
    ['name=%CC%81', 'without letters'],
    ['name=%00', 'not text'],
    ['name:text=x', 'modifier it does not take'],
    ['name:missing=maybe', 'is true or false'],
    ['birthdate=1980-02-30', 'is not a date that exists'],
    ['birthdate=xx1980', 'is not a date that exists'],
    ['identifier=a|b|c', 'more than one "|"'],
    ['_count=-1', 'must be a whole number'],
    ['_count=1&_count=2', 'may be given once'],
    ['_after=x', 'not from a "next" link'],
  ])('refuses %s', (query, sentence) => {
    expect(parse(query)).toMatchObject({
      issues: [{ diagnostics: expect.stringContaining(sentence) as string }],
    });
  });

  it('names every problem at once and repeats no value', () => {
    const parsed = parse('birthdate=canary&surname=canary&_count=canary');
    expect(parsed).toMatchObject({ issues: [{}, {}, {}] });
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });

  it('drops unknown parameters when asked to be lenient, and says so in what it used', () => {
    expect(parse('surname=x&family=y', true)).toMatchObject({ search: { used: [['family', 'y']] } });
  });

  it('caps the page size', () => {
    expect(parse('_count=99999')).toMatchObject({ search: { count: 1000 } });
  });
});

describe('a search that asks for too much', () => {
  const codeOf = (pairs: readonly (readonly [string, string])[]) => {
    const parsed = parseSearch(pairs, options);
    return 'issues' in parsed ? parsed.issues.map(({ code }) => code) : 'search';
  };

  it('is refused by the number of its parameters and of their values', () => {
    const names = (count: number) => Array.from({ length: count }, () => ['name', 'a'] as const);
    expect([codeOf(names(30)), codeOf(names(31))]).toEqual(['search', ['too-costly']]);
    const values = (count: number) => [['name', Array.from({ length: count }, () => 'a').join(',')]] as const;
    expect([codeOf(values(500)), codeOf(values(501))]).toEqual(['search', ['too-costly']]);
  });
});
