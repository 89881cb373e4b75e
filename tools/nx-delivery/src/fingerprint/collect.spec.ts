import { describe, expect, it } from 'vitest';
import { collectFiles, collectPackages, type WorkspaceFile } from './collect.ts';

const file = (path: string, ...imports: string[]): WorkspaceFile => ({ path, imports });

describe('collectFiles', () => {
  const workspace = {
    'ehr-api': [file('apps/ehr-api/src/main.ts', 'fhir', 'npm:fastify'), file('apps/ehr-api/Dockerfile')],
    'ehr-web': [file('apps/ehr-web/src/page.tsx', 'health', 'npm:next')],
    fhir: [file('libs/ehr/fhir/src/index.ts', 'health', 'npm:zod')],
    health: [file('libs/ehr/health/src/index.ts', 'fhir')],
    'nx-delivery': [file('tools/nx-delivery/src/index.ts', 'npm:listr2')],
  };

  it('takes the service and all it imports, also in circles, and nothing else', () => {
    expect(collectFiles('ehr-api', workspace)).toEqual({
      paths: [
        'apps/ehr-api/Dockerfile',
        'apps/ehr-api/src/main.ts',
        'libs/ehr/fhir/src/index.ts',
        'libs/ehr/health/src/index.ts',
      ],
      packages: ['npm:fastify', 'npm:zod'],
      projects: ['ehr-api', 'fhir', 'health'],
    });
  });
});

describe('collectPackages', () => {
  const external = (name: string, version: string) => ({
    type: 'npm' as const,
    name: `npm:${name}` as const,
    data: { packageName: name, version, hash: `sha512-${name}` },
  });
  const edge = (source: string, target: string) => ({ source, target, type: 'static' });
  const graph = {
    externalNodes: {
      'npm:fastify': external('fastify', '5.0.0'),
      'npm:pino': external('pino', '9.0.0'),
      'npm:@types/node': external('@types/node', '24.0.0'),
      'npm:next': external('next', '16.0.0'),
    },
    dependencies: {
      'npm:fastify': [edge('npm:fastify', 'npm:pino'), edge('npm:fastify', 'npm:@types/node')],
      'npm:pino': [edge('npm:pino', 'npm:fastify')],
    },
  };

  it('follows dependencies, also in circles, and leaves out types', () => {
    expect(collectPackages(['npm:fastify'], graph)).toEqual({
      'fastify@5.0.0': 'sha512-fastify',
      'pino@9.0.0': 'sha512-pino',
    });
  });
});
