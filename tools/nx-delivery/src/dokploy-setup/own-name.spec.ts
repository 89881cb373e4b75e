import { describe, expect, it } from 'vitest';
import { ownAddress } from './own-name.ts';
import { dataPlaceIn } from './read-data-place.ts';

describe('ownAddress', () => {
  it.each([
    ['http://ehr-api:3000', 'http://ehr-api-staging:3000'],
    ['http://ehr-api-staging:3000', 'http://ehr-api-staging:3000'],
    ['https://api.example.org', 'https://api.example.org'],
    ['http://other:3000', 'http://other:3000'],
    ['info', 'info'],
  ])('of %s is %s', (address, own) => {
    expect(ownAddress(address, ['ehr-api', 'ehr-web'], 'staging')).toBe(own);
  });

  it('is that of an application where the service is one', () => {
    const nameOf = () => 'app-ehr-api-x1y2z3';
    expect(ownAddress('http://ehr-api:3000', ['ehr-api'], 'prod', nameOf)).toBe(
      'http://app-ehr-api-x1y2z3:3000',
    );
  });
});

describe('dataPlaceIn', () => {
  it.each([
    [
      'LABEL a="b" \\\n  connect.ehr.data="/data" \\\n  connect.ehr.data-unless="DATABASE_URL"',
      { path: '/data', unless: 'DATABASE_URL' },
    ],
    ['LABEL connect.ehr.data=/data', { path: '/data', unless: null }],
    ['LABEL connect.ehr.fingerprint="x"', null],
    ['', null],
  ])('of %j is %j', (text, place) => {
    expect(dataPlaceIn(text)).toEqual(place);
  });
});
