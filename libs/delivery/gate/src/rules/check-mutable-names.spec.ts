import { describe, expect, it } from 'vitest';
import { checkMutableNames } from './check-mutable-names.ts';

describe('checkMutableNames', () => {
  it.each([
    { 'org.opencontainers.image.version': 'latest' },
    { 'org.opencontainers.image.version': 'main' },
    { 'org.opencontainers.image.ref.name': 'docker.io/ehr/ehr-api:prod' },
    { 'org.opencontainers.image.base.name': 'node' },
    { 'org.opencontainers.image.base.name': 'registry.example:5000/node' },
    { 'org.opencontainers.image.base.name': 'node:latest' },
  ])('refuses a name that moves: %o', (labels) => {
    expect(checkMutableNames(labels, 'annotations')).toMatchObject([
      { rule: 'mutable-name', severity: 'refuse', place: `annotations ${Object.keys(labels).join()}` },
    ]);
  });

  it.each([
    {},
    { 'org.opencontainers.image.title': 'latest' },
    { 'org.opencontainers.image.version': 'v1.2.3' },
    { 'org.opencontainers.image.base.name': 'node:24.21.0-bookworm-slim' },
    { 'org.opencontainers.image.base.name': `node@sha256:${'a'.repeat(64)}` },
    {
      'org.opencontainers.image.base.name': 'node:latest',
      'org.opencontainers.image.base.digest': `sha256:${'a'.repeat(64)}`,
    },
  ])('accepts a name that stays: %o', (labels) => {
    expect(checkMutableNames(labels, 'config.Labels')).toEqual([]);
  });
});
