import { describe, expect, it } from 'vitest';
import { mountsOf, plainHosts } from './read-compose-file.ts';

const file = `services:
  ehr-api:
    volumes: ['data:/data:ro', '/cache', './conf:/conf', { type: tmpfs, target: /tmp }, { type: volume, source: x, target: /x }]
  ehr-web:
    environment:
      EHR_API_URL: \${EHR_API_URL:-http://ehr-api:3000}
      OTHER: \${OTHER:-}
`;

describe('mountsOf', () => {
  it('lists what outlives a container', () => {
    expect(mountsOf(file, 'ehr-api')).toEqual(['/data', '/conf', '/x']);
    expect(mountsOf(file, 'ehr-web')).toEqual([]);
  });

  it.each(['', 'services: {}', 'a: [', 'services: { other: {} }'])('cannot read %j', (text) => {
    expect(mountsOf(text, 'ehr-api')).toBeNull();
  });
});

describe('plainHosts', () => {
  it.each<[string | undefined, Record<string, string>]>([
    [undefined, { EHR_API_URL: 'ehr-api' }],
    ['', { EHR_API_URL: 'ehr-api' }],
    ['http://ehr-api-staging:3000', { EHR_API_URL: 'ehr-api-staging' }],
    ['https://api.example.org', {}],
    ['http://10.0.0.1:3000', {}],
    ['http://ada:secret@ehr-api:3000', {}],
  ])('of the value %s are %j', (value, hosts) => {
    expect(plainHosts(file, 'ehr-web', (name) => (name === 'EHR_API_URL' ? value : undefined))).toEqual(
      hosts,
    );
  });
});
