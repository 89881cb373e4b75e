import { describe, expect, it } from 'vitest';
import { isSameOrigin } from './is-same-origin.ts';

describe('isSameOrigin', () => {
  it.each<[boolean, Record<string, string>]>([
    [true, { 'sec-fetch-site': 'same-origin' }],
    [false, { 'sec-fetch-site': 'cross-site', origin: 'http://ehr:1', host: 'ehr:1' }],
    [false, { 'sec-fetch-site': 'same-site' }],
    [false, { 'sec-fetch-site': 'none' }],
    [true, { origin: 'http://ehr:1', host: 'ehr:1' }],
    [true, { origin: 'https://ehr.example', host: '10.0.0.1:3000', 'x-forwarded-host': 'ehr.example' }],
    [false, { origin: 'http://evil.example', host: 'ehr:1' }],
    [false, { origin: 'null', host: 'ehr:1' }],
    [false, { host: 'ehr:1' }],
  ])('says %s for %j', (same, headers) => {
    expect(isSameOrigin(new Headers(headers))).toBe(same);
  });
});
