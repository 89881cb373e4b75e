import { describe, expect, it } from 'vitest';
import { defaultGatePolicy } from '../gate-policy.ts';
import { checkLabels } from './check-labels.ts';

const complete: Record<string, string> = {
  'org.opencontainers.image.title': 'ehr-api',
  'org.opencontainers.image.description': 'FHIR R4 API',
  'org.opencontainers.image.licenses': 'Apache-2.0',
  'org.opencontainers.image.vendor': 'EHR Connect',
  'connect.ehr.fingerprint': 'a'.repeat(64),
};
const judged = (labels: Record<string, string>) =>
  checkLabels({ ...complete, ...labels }, defaultGatePolicy.requiredLabels);

describe('checkLabels', () => {
  it('accepts what our services have', () => {
    expect(judged({})).toEqual([]);
  });

  it.each(Object.keys(complete))('refuses an image without %s', (name) => {
    expect(judged({ [name]: ' ' })).toMatchObject([
      { rule: 'label', severity: 'refuse', place: `config.Labels ${name}` },
    ]);
  });

  it.each(['unknown', 'abc', 'A'.repeat(64)])('refuses the fingerprint %s', (fingerprint) => {
    expect(judged({ 'connect.ehr.fingerprint': fingerprint })).toMatchObject([{ rule: 'label' }]);
  });

  it.each([
    { 'org.opencontainers.image.version': 'latest' },
    { 'org.opencontainers.image.version': 'main' },
    { 'org.opencontainers.image.ref.name': 'docker.io/ehr/ehr-api:prod' },
    { 'org.opencontainers.image.base.name': 'node' },
    { 'org.opencontainers.image.base.name': 'registry.example:5000/node' },
    { 'org.opencontainers.image.base.name': 'node:latest' },
  ])('refuses a name that moves: %o', (labels) => {
    expect(judged(labels)).toMatchObject([{ rule: 'mutable-name', severity: 'refuse' }]);
  });

  it.each([
    { 'org.opencontainers.image.version': 'v1.2.3' },
    { 'org.opencontainers.image.base.name': 'node:24.21.0-bookworm-slim' },
    { 'org.opencontainers.image.base.name': `node@sha256:${'a'.repeat(64)}` },
    {
      'org.opencontainers.image.base.name': 'node:latest',
      'org.opencontainers.image.base.digest': `sha256:${'a'.repeat(64)}`,
    },
  ])('accepts a name that stays: %o', (labels) => {
    expect(judged(labels)).toEqual([]);
  });
});
