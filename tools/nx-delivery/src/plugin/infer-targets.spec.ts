import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STAND_IN_REGISTRY } from '@ehr/delivery-core';
import { workspaceRoot } from '@ehr/testing-sandbox';
import type { CreateNodesContext, TargetConfiguration } from '@nx/devkit';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodes, variablePrefixOf } from './infer-targets.ts';

describe('the targets of a service', () => {
  it('are there in Nx: images for both platforms by nx-container, a tag for each environment', async () => {
    const { stdout } = await execa('nx', ['show', 'project', 'ehr-web', '--json'], {
      cwd: workspaceRoot,
      preferLocal: true,
      env: { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' },
    });
    const { container, deploy, status } = (
      JSON.parse(stdout) as { targets: Record<string, TargetConfiguration> }
    ).targets;
    expect(container).toMatchObject({
      executor: '@ehr/nx-delivery:container',
      metadata: { technologies: ['docker', '@nx-tools/nx-container'] },
      dependsOn: ['build'],
      inputs: expect.arrayContaining([
        { env: 'BASE_IMAGE' },
        { runtime: expect.stringContaining(`reference=${STAND_IN_REGISTRY}/*`) as string },
      ]) as unknown,
      options: { platforms: ['linux/amd64', 'linux/arm64'] },
      configurations: {
        local: { tag: 'local' },
        dev: { tag: 'dev' },
        staging: { tag: 'staging' },
        prod: { tag: 'prod' },
      },
    });
    expect(deploy).toMatchObject({
      // The prefix is inferred; project.json says the rest.
      options: { variablePrefix: 'WEB', healthPath: '/api/health' },
      configurations: { staging: { environment: 'staging' } },
    });
    expect(status?.executor).toBe('@ehr/nx-delivery:status');
  });

  it('start their variables with the name without ehr-', () => {
    expect(['ehr-api', 'scheduling', 'ehr-lab-results'].map(variablePrefixOf)).toEqual([
      'API',
      'SCHEDULING',
      'LAB_RESULTS',
    ]);
  });
});

describe('createNodes', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'ehr-plugin-'))));
  afterEach(() => rmSync(root, { recursive: true }));
  const infer = async (...files: string[]) => {
    const context = { workspaceRoot: root } as CreateNodesContext;
    return (await createNodes[1](files, undefined, context)).map(([, { projects = {} }]) =>
      Object.entries(projects).map(([directory, { targets }]) => [
        directory,
        targets?.['deploy']?.options as unknown,
      ]),
    );
  };

  it('finds the projects with a Dockerfile, and leaves a Dockerfile without a project alone', async () => {
    mkdirSync(join(root, 'apps/lab'), { recursive: true });
    writeFileSync(join(root, 'apps/lab/package.json'), JSON.stringify({ name: 'lab' }));
    expect(await infer('apps/lab/Dockerfile', 'docs/Dockerfile')).toEqual([
      [['apps/lab', { variablePrefix: 'LAB', platforms: ['linux/amd64', 'linux/arm64'] }]],
      [],
    ]);
  });
});
