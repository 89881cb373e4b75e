import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, isLoopback, isTag, parseReference } from '../index.ts';

const digest = `sha256:${'a1'.repeat(32)}` as const;

describe('parseReference', () => {
  it.each([
    ['node', { registry: 'docker.io', repository: 'library/node' }],
    ['node:24-slim', { registry: 'docker.io', repository: 'library/node', tag: '24-slim' }],
    ['yourname/ehr-api:v1.0.0', { registry: 'docker.io', repository: 'yourname/ehr-api', tag: 'v1.0.0' }],
    [
      `127.0.0.1:5050/ehr-connect/ehr-api:local@${digest}`,
      { registry: '127.0.0.1:5050', repository: 'ehr-connect/ehr-api', tag: 'local', digest },
    ],
    ['localhost/a/b/c', { registry: 'localhost', repository: 'a/b/c' }],
    [`ghcr.io/x/y@${digest}`, { registry: 'ghcr.io', repository: 'x/y', digest }],
  ])('reads %s', (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
  });

  it.each([
    '',
    ':tag',
    'Upper/case',
    'a//b',
    'a:-tag',
    'a:b:c',
    'a@sha256:short',
    `a@${digest}@${digest}`,
    'a b',
    '-abc1234',
    'x/ehr-api:',
  ])('refuses %j', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  it('reads back whatever formatReference writes', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const reference = fc.record(
      {
        registry: fc.constantFrom('docker.io', '127.0.0.1:5050', 'localhost', 'ghcr.io'),
        repository: fc.tuple(part, part).map((parts) => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
        digest: fc.constant(digest),
      },
      { requiredKeys: ['registry', 'repository'] },
    );
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual({ ...value });
      }),
    );
  });
});

describe('isTag', () => {
  it('accepts 128 characters and no more', () => {
    expect([isTag('a'.repeat(128)), isTag('a'.repeat(129)), isTag('')]).toEqual([true, false, false]);
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['127.0.0.1:5050', true],
    ['[::1]:5000', true],
    ['[::1]', true],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org:80', false],
    ['registry.example.org', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
