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
});
