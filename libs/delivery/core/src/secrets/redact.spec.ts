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
  ['{\\"apiKey\\":\\"canary\\"}', '{\\"apiKey\\":[secret]'],
  ['{"authorization":"Bearer canary"}', '{"authorization":"Bearer [secret]"}'],
  ['hint: token=canary', 'hint: token=[secret]'],
  ['TOKEN=PASSWORD=canary end', 'TOKEN=[secret] end'],
  ['secrets:\n  DB_PASSWORD: canary', 'secrets:\n  DB_PASSWORD: [secret]'],
  ["note: ', password='can ary'", "note: ', password=[secret]"],
  ['DATABASE_URL=postgres://ehr:can/ary@db/ehr', 'DATABASE_URL=[secret]'],
  [
    'KEY_PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----',
    'KEY_PRIVATE_KEY=[secret]',
  ],
  // What a log is read for stays.
  ['DATABASE_URL: is required when …', 'DATABASE_URL: is required when …'],
  ['DB_PASSWORD: must not be empty', 'DB_PASSWORD: must not be empty'],
  ['{"version":"1.22.333"}', '{"version":"1.22.333"}'],
  ['API_REVISION=0123abcd', 'API_REVISION=0123abcd'],
  ['NPM_TOKEN_FILE=/run/secrets/npm', 'NPM_TOKEN_FILE=/run/secrets/npm'],
  ['docker compose -p ehr-api up -d', 'docker compose -p ehr-api up -d'],
  ['manifest for acme/ehr-api:staging not found', 'manifest for acme/ehr-api:staging not found'],
])('makes %s into %s', (text, expected) => {
  expect(redact(text, ['known-value', 'known-value-longer', 'up', '1.22.333', '0123abcd'])).toBe(expected);
});
