import type { Report } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { renderReport } from './reporter.ts';

const report: Report = {
  service: 'ehr-api',
  environment: 'local',
  outcome: 'deployed',
  verdict: 'verified',
  exit: 0,
  image: 'registry/ehr-api:local@sha256:abc',
  fingerprint: 'f00d',
  revision: 'abc1234',
  url: 'http://127.0.0.1:4201/health',
  sentBytes: 25_300_000,
  milliseconds: 12_300,
  steps: [],
  warnings: [],
  supersededBy: null,
  error: null,
};

describe('renderReport', () => {
  it('says what runs where, and how it is known', () => {
    expect(renderReport(report)).toBe(
      [
        '✓ ehr-api is running in local (12 s)',
        '  answers at  http://127.0.0.1:4201/health',
        '  image       registry/ehr-api:local@sha256:abc',
        '  fingerprint f00d',
        '  revision    abc1234',
        '  layers sent 25.3 MB',
        '',
      ].join('\n'),
    );
  });

  it('says what went wrong, what still runs and what to do', () => {
    const error = {
      code: 'SMOKE_TEST_FAILED' as const,
      message: 'It crashed.\nlog line',
      hint: 'Read the log.',
    };
    expect(renderReport({ ...report, outcome: 'refused', verdict: 'refused', exit: 2, error })).toBe(
      [
        '✗ ehr-api was refused; the previous version still runs in local (12 s)',
        '  verdict     refused (exit 2)',
        '  error       SMOKE_TEST_FAILED',
        '  what        It crashed.',
        '              log line',
        '  next        Read the log.',
        '',
      ].join('\n'),
    );
  });
});
