import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { variablePrefixOf } from '../plugin/infer-targets.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const prefixes = readdirSync(join(root, 'apps'))
  .filter((name) => existsSync(join(root, 'apps', name, 'Dockerfile')))
  .map(variablePrefixOf);

/** What a deploy sets by itself: a release's identity is not a setting. */
const SET_BY_DEPLOY = /^[A-Z_]+_(REVISION|VERSION)$|^EHR_ENVIRONMENT$/;

describe.each(['dev', 'staging', 'prod'])('.env.%s.example', (environment) => {
  it('documents every variable that the compose files, deploy.sh and the settings read, and no other', () => {
    const compose = ['docker-compose.yml', 'docker-stack.yml']
      .flatMap((file) => [...read(file).matchAll(/\$\{([A-Z_]+)/g)])
      .map(([, name = '']) => name);
    const script = [...read('deploy.sh').matchAll(/\$\(setting ([A-Z_]+)\)/g)].map(([, name = '']) => name);
    const settings = [
      ...read('tools/nx-delivery/src/wiring/read-settings.ts').matchAll(/value\('([A-Z_]+)'\)/g),
    ].map(([, name = '']) => name);
    const signing = [
      ...read('libs/delivery/attest/src/signing-key.ts').matchAll(/setting\('([A-Z_]+)'\)/g),
    ].map(([, name = '']) => name);
    const dokploy = ['DOKPLOY_URL', 'DOKPLOY_API_KEY'].concat(
      prefixes.flatMap((prefix) => [
        `${prefix}_PUBLIC_URL`,
        `DOKPLOY_WEBHOOK_${prefix}`,
        ...['COMPOSE', 'STACK', 'APPLICATION'].map((kind) => `DOKPLOY_${prefix}_${kind}_ID`),
      ]),
    );
    const wanted = new Set(
      [...compose, ...script, ...settings, ...signing, ...dokploy].filter(
        (name) => !SET_BY_DEPLOY.test(name),
      ),
    );
    expect(Object.keys(parse(read(`.env.${environment}.example`))).sort()).toEqual([...wanted].sort());
  });
});
