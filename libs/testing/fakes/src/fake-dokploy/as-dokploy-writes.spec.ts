import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { joinSharedNetwork } from './join-shared-network.ts';
import { envFileOf } from './write-env-file.ts';

describe('envFileOf', () => {
  it('reads the text with dotenv and writes it anew', () => {
    const text = `# a comment\nTAG=staging # cut off\nURL='postgres://ehr:pa$word#1@db'\nTWO="a\nb"\nQUOTE=a"b\n`;
    expect(envFileOf('app', text).split('\n')).toEqual([
      'APP_NAME=app',
      'COMPOSE_PROJECT_NAME=app',
      'DOCKER_CONFIG=/root/.docker',
      'TAG="staging"',
      'URL="postgres://ehr:pa\\$word#1@db"',
      'TWO="a\\nb"',
      'QUOTE="a\\"b"',
      '',
    ]);
  });
});

describe('joinSharedNetwork', () => {
  const networks = (text: string) =>
    (parse(joinSharedNetwork(text, ['api'])) as { services: { api: { networks: unknown } } }).services.api
      .networks;

  it('adds the network that all environments share, and keeps aliases', () => {
    expect(networks('services: { api: { image: a } }')).toEqual(['default', 'dokploy-network']);
    expect(networks('services: { api: { networks: [own] } }')).toEqual(['own', 'default', 'dokploy-network']);
    const aliases = { aliases: ['api-staging'] };
    const text = `services: { api: { networks: { dokploy-network: ${JSON.stringify(aliases)} } } }`;
    expect(networks(text)).toEqual({ default: {}, 'dokploy-network': aliases });
  });

  it('changes nothing without a domain', () => {
    expect(joinSharedNetwork('services: { api: {} }', [])).toBe('services: { api: {} }');
  });
});
