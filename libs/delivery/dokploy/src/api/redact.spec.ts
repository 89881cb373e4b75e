import { expect, it } from 'vitest';
import { redact } from './redact.ts';

it.each([
  ['postgres://ehr:canary@db/ehr', 'postgres://[secret]@db/ehr'],
  ['DB_PASSWORD=canary next', 'DB_PASSWORD=[secret] next'],
  ['{"password": "can ary", "name": "x"}', '{"password": [secret], "name": "x"}'],
  ['SESSION_SECRET: canary', 'SESSION_SECRET: [secret]'],
  ['docker login -u x -p canary host', 'docker login -u x -p [secret] host'],
  ['Authorization: Bearer canary', 'Authorization: Bearer [secret]'],
  ['POST /api/deploy/compose/canary 200', 'POST /api/deploy/compose/[secret] 200'],
  ['key dckr_pat_canary', 'key [secret]'],
  ['known-value inside known-value-longer', '[secret] inside [secret]'],
  // What a log is read for stays.
  ['docker compose -p ehr-api up -d', 'docker compose -p ehr-api up -d'],
  ['manifest for acme/ehr-api:staging not found', 'manifest for acme/ehr-api:staging not found'],
])('makes %s into %s', (text, expected) => {
  expect(redact(text, ['known-value', 'known-value-longer', 'up'])).toBe(expected);
});
