import { describe, expect, it } from 'vitest';
import { judgeFileName } from './judge-file-name.ts';

describe('judgeFileName', () => {
  it.each([
    ['app/.env', 'app/.env'],
    ['app/.env.production', 'app/.env.production'],
    ['app/.env-old', 'app/.env-old'],
    ['app/.envrc', 'app/.envrc'],
    ['app/staging.env', 'app/staging.env'],
    ['app/.git/objects/4b/825dc6', 'app/.git'],
    ['app/.svn/entries', 'app/.svn'],
    ['a\nb/.env', 'a\nb/.env'],
    ['root/.ssh/id_rsa', 'root/.ssh/id_rsa'],
    ['id_ed25519', 'id_ed25519'],
    ['certificates/server.p12', 'certificates/server.p12'],
    ['root/.docker/config.json', 'root/.docker/config.json'],
    ['root/.aws/credentials', 'root/.aws/credentials'],
    ['root/.config/gcloud/legacy/adc.json', 'root/.config/gcloud'],
    ['root/.netrc', 'root/.netrc'],
    ['app/.bash_history', 'app/.bash_history'],
    ['app/.ENV', 'app/.ENV'],
  ])('refuses %s, and the place is %s', (path, place) => {
    expect(judgeFileName(path)).toMatchObject({ rule: 'forbidden-file', severity: 'refuse', place });
  });

  it('refuses a test', () => {
    expect(judgeFileName('app/lib/patient.spec.tsx')).toMatchObject({
      rule: 'test-file',
      severity: 'refuse',
    });
  });

  it.each([
    ['app/main.js.map', 'source-map'],
    ['app/static/site.css.map', 'source-map'],
    ['app/assets.tar.gz', 'unread-archive'],
    ['app/lib.jar', 'unread-archive'],
  ])('warns of %s', (path, rule) => {
    expect(judgeFileName(path)).toMatchObject({ rule, severity: 'warn' });
  });

  it.each([
    'app/.env.example',
    'app/.env.staging.example',
    'app/.env.template',
    'app/env.js',
    'app/.gitignore',
    'app/.github/x',
    'root/.ssh/id_rsa.pub',
    'app/certificate.pem',
    'app/.npmrc',
    'app/specification.js',
    'app/world.map',
    'app/.wh..env',
    'app/.wh..wh..opq',
    '',
  ])('has no finding for %s', (path) => {
    expect(judgeFileName(path)).toBeUndefined();
  });
});
