import { describe, expect, it } from 'vitest';
import { dataPlaceOf, keepsData } from './data-place.ts';

const labels = { 'connect.ehr.data': '/data', 'connect.ehr.data-unless': 'DATABASE_URL' };
const place = { path: '/data', unless: 'DATABASE_URL' };

describe('dataPlaceOf', () => {
  it.each([
    [labels, place],
    [{ 'connect.ehr.data': '/data' }, { path: '/data', unless: null }],
    [{ 'connect.ehr.data': 'data' }, null],
    [{}, null],
    [null, null],
  ])('reads %j as %j', (given, expected) => {
    expect(dataPlaceOf(given)).toEqual(expected);
  });
});

describe('keepsData', () => {
  const keeps = (mounts: string[], url?: string) => keepsData(place, { mounts, setting: () => url });

  it.each([
    [[], undefined, false],
    [[], '', false],
    [[], 'postgres://db/ehr', true],
    [['/data'], undefined, true],
    [['/data/'], undefined, true],
    [['/data/sub'], undefined, false],
    [['/database'], undefined, false],
  ])('with mounts %j and the setting %j: %s', (mounts, url, expected) => {
    expect(keeps(mounts, url)).toBe(expected);
  });

  it('is not asked of an image without a data place', () => {
    expect(keepsData(null, { mounts: [], setting: () => undefined })).toBeNull();
  });
});
