import { describe, expect, it } from 'vitest';
import { createHealthReport, healthHttpStatus, parseHealthReport } from './index.ts';

const identity = {
  service: 'ehr-api',
  version: '1.2.3',
  revision: 'abc',
  fingerprint: 'f1',
  environment: 'staging',
  instance: '9f1c2ab34d5e',
};

describe('createHealthReport', () => {
  it.each([
    ['pass', {}],
    ['pass', { database: { status: 'pass' } }],
    ['warn', { database: { status: 'pass' }, disk: { status: 'warn' } }],
    ['fail', { database: { status: 'fail' }, disk: { status: 'warn' } }],
  ] as const)('says %s for the worst of %j', (status, checks) => {
    expect(createHealthReport(identity, checks)).toEqual({ status, ...identity, checks, schema: null });
  });

  it('answers 503 only for fail', () => {
    expect((['pass', 'warn', 'fail'] as const).map(healthHttpStatus)).toEqual([200, 200, 503]);
  });
});

describe('parseHealthReport', () => {
  const good = createHealthReport(identity, { database: { status: 'pass' } });

  it('accepts what createHealthReport makes, after a trip through JSON', () => {
    for (const schema of [null, { current: 2, highest: 3 }])
      expect(parseHealthReport(JSON.parse(JSON.stringify({ ...good, schema })))).toEqual({ ...good, schema });
  });

  it('reads the report of an image that is older than environment, instance and schema', () => {
    const missing = { environment: undefined, instance: undefined, schema: undefined };
    const older = JSON.parse(JSON.stringify({ ...good, ...missing })) as object;
    expect(parseHealthReport(older)).toEqual({ ...good, environment: null, instance: null });
  });

  it.each([
    ['the answer is not a JSON object', null],
    ['the answer is not a JSON object', [good]],
    ['"fingerprint" is not a non-empty string', { ...good, fingerprint: '' }],
    ['"service" is not a non-empty string', { ...good, service: 7 }],
    ['"environment" is not a non-empty string', { ...good, environment: null }],
    ['"instance" is not a non-empty string', { ...good, instance: 7 }],
    ['"status" is not one of pass, warn, fail', { ...good, status: 'ok' }],
    ['"schema" has no numbers "current" and "highest"', { ...good, schema: { current: '2', highest: 3 } }],
    ['"checks" is not an object', { ...good, checks: [] }],
    ['"checks.database" has no status of pass, warn, fail', { ...good, checks: { database: true } }],
  ])('says %s', (problem, value) => {
    expect(parseHealthReport(value)).toEqual({ problem });
  });
});
