import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeFileOf } from './compose-file-of.ts';
import { updateRules } from './update-rules.ts';

const source = readFileSync(join(import.meta.dirname, '../../../../docker-compose.yml'), 'utf8');
const api = {
  service: 'ehr-api',
  repository: 'docker.io/clinic/ehr-api',
  variablePrefix: 'API',
  kind: 'compose',
  environment: 'staging',
  hasDatabase: false,
} as const;
describe('composeFileOf the workspace’s docker-compose.yml', () => {
  it('keeps the one service with its hardening, its data and its variables', () => {
    const aliases = ['ehr-api-${EHR_ENVIRONMENT:-local}'];
    const { text, variables } = composeFileOf(source, api);
    expect(parse(text)).toEqual({
      services: {
        'ehr-api': {
          restart: 'unless-stopped',
          read_only: true,
          tmpfs: ['/tmp'],
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          stop_grace_period: '15s',
          deploy: { resources: { limits: { cpus: '1', memory: '2g', pids: 256 } } },
          logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
          image: 'docker.io/clinic/ehr-api:${API_IMAGE_TAG:?}',
          environment: {
            EHR_ENVIRONMENT: '${EHR_ENVIRONMENT:-local}',
            EHR_REVISION: '${API_REVISION:-unknown}',
            EHR_VERSION: '${API_VERSION:-unversioned}',
            DATABASE_URL: '${DATABASE_URL:-}',
            EHR_PUBLIC_URL: '${EHR_PUBLIC_URL:-}',
            EHR_TRUSTED_PROXIES: '${EHR_TRUSTED_PROXIES:-}',
            EHR_ISSUERS: '${EHR_ISSUERS:-development}',
            EHR_SESSION_SECRET: '${EHR_SESSION_SECRET:-}',
            EHR_ALLOW_EMBEDDED_DATABASE: '${EHR_ALLOW_EMBEDDED_DATABASE:-false}',
          },
          volumes: ['ehr-api-data:/data'],
          expose: ['3000'],
          networks: { default: { aliases }, 'dokploy-network': { aliases } },
        },
      },
      networks: { 'dokploy-network': { external: true } },
      volumes: { 'ehr-api-data': null },
    });
    expect(variables).toEqual([
      'EHR_ENVIRONMENT',
      'API_REVISION',
      'API_VERSION',
      'DATABASE_URL',
      'EHR_PUBLIC_URL',
      'EHR_TRUSTED_PROXIES',
      'EHR_ISSUERS',
      'EHR_SESSION_SECRET',
      'EHR_ALLOW_EMBEDDED_DATABASE',
    ]);
    expect(text).not.toMatch(/ehr-web|postgres|POSTGRES/);
  });

  it('takes no volume along that the service does not use', () => {
    const { text } = composeFileOf(source, { ...api, service: 'ehr-web' });
    expect(Object.keys(parse(text) as object)).toEqual(['services', 'networks']);
  });

  it.each(['compose', 'stack'] as const)(
    'leaves it to the web app of a %s to find the API of its own environment',
    (kind) => {
      const { services } = parse(composeFileOf(source, { ...api, kind, service: 'ehr-web' }).text) as {
        services: Record<string, { environment: Record<string, string> }>;
      };
      expect(services['ehr-web']?.environment['EHR_API_URL']).toBe('${EHR_API_URL:-}');
    },
  );

  it.each([
    ['compose', '${BIND_ADDRESS:-127.0.0.1}:4300:3000'],
    ['stack', '4300:3000'],
  ] as const)('publishes a port of a %s when asked to', (kind, port) => {
    const { services } = parse(composeFileOf(source, { ...api, kind, publishPort: 4300 }).text) as {
      services: Record<string, { ports: string[]; expose?: string[] }>;
    };
    expect([services['ehr-api']?.ports, services['ehr-api']?.expose]).toEqual([[port], undefined]);
  });

  it('says that there is no such service', () => {
    expect(() => composeFileOf(source, { ...api, service: 'ehr-fax' })).toThrow('no service ehr-fax');
    expect(() => composeFileOf('', api)).toThrow('no service ehr-api');
  });

  it.each([
    [true, 'start-first'],
    [false, 'stop-first'],
  ])(
    'lets a stack take a bad version back by itself; with a database of its own (%s) %s',
    (hasDatabase, order) => {
      const { text } = composeFileOf(source, { ...api, kind: 'stack', hasDatabase });
      const { services } = parse(text) as { services: Record<string, { deploy: object }> };
      expect(services['ehr-api']?.deploy).toEqual({
        update_config: { order, parallelism: 1, failure_action: 'rollback', monitor: '20s' },
        rollback_config: { order, parallelism: 1 },
        restart_policy: { condition: 'any', delay: '5s' },
        resources: { limits: { cpus: '1', memory: '2g', pids: 256 } },
      });
    },
  );

  it('has the update rules of docker-stack.yml', () => {
    const stack = readFileSync(join(import.meta.dirname, '../../../../docker-stack.yml'), 'utf8');
    const { services } = parse(stack, { merge: true }) as { services: Record<string, { deploy: object }> };
    expect(services['ehr-web']?.deploy).toMatchObject(updateRules(false));
  });
});
