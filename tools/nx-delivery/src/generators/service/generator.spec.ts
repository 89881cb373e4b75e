import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import serviceGenerator from './generator.ts';
import { listings, workflowPathOf } from './listings.ts';

const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8');
const services = readdirSync(join(workspaceRoot, 'apps')).filter((name) =>
  existsSync(join(workspaceRoot, 'apps', name, 'Dockerfile')),
);

describe('this workspace', () => {
  it.each(Object.keys(listings))('%s lists every app with a Dockerfile', (path) => {
    const missing = services.filter(
      (name) => listings[path]?.(read(path), { name, port: 4209 }) !== read(path),
    );
    expect(missing, `Add them as \`nx g @ehr/nx-delivery:service\` would.`).toEqual([]);
  });

  it.each(services)('%s has a workflow', (name) => {
    expect(read(workflowPathOf(name))).toContain(`service: ${name}`);
  });
});

describe('nx g @ehr/nx-delivery:service', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    // Prettier is this workspace's.
    tree.delete('.oxfmtrc.json');
    tree.write('.prettierrc', read('.prettierrc.json'));
    for (const path of [
      ...Object.keys(listings),
      workflowPathOf('ehr-web'),
      '.vscode/launch.json',
      'apps/ehr-web/Dockerfile',
    ])
      tree.write(path, read(path));
  });
  const text = (path: string) => tree.read(path, 'utf8') ?? '';

  it('puts the service wherever the others are, and leaves every other line as it was', async () => {
    await serviceGenerator(tree, { name: 'lab-results', port: 4299 });
    for (const path of Object.keys(listings)) {
      const before = read(path).split('\n');
      // In a list on one line it stands beside the others.
      const isList = (line: string) => /\[.*ehr-|\[both/.test(line);
      const kept = new Set(text(path).split('\n'));
      expect(before.filter((line) => !kept.has(line) && !isList(line) && !line.startsWith('|'))).toEqual([]);
      expect(listings[path]?.(text(path), { name: 'ehr-lab-results', port: 4299 })).toBe(text(path));
    }
    expect(parse(text('docker-compose.yml'))).toMatchObject({
      services: {
        'ehr-lab-results': { ports: ['${BIND_ADDRESS:-127.0.0.1}:${LAB_RESULTS_PORT:-4299}:3000'] },
      },
    });
    expect(text('.env.staging.example')).toMatch(/\nWEB_PORT=4200\nLAB_RESULTS_PORT=4299\n/);
    expect(text('.github/workflows/release.yml')).toMatch(/service: \[ehr-api, ehr-web.*, ehr-lab-results\]/);
    expect(text('.github/workflows/manual-build.yml')).toMatch(/options: \[both, api, web.*, lab-results\]/);
    expect(text('.github/workflows/deliver.yml')).toContain(
      'DOKPLOY_WEBHOOK_LAB_RESULTS: ${{ secrets.DOKPLOY_WEBHOOK_LAB_RESULTS }}',
    );
    expect(text('.github/workflows/build-and-push-lab-results.yml')).not.toMatch(/ehr-web|_WEB\b/);
    expect(text('docs/GITHUB_ACTIONS_SETUP.md')).toMatch(/\| `LAB_RESULTS_PUBLIC_URL` +\| variable \|/);
    const base = (name: string) => /^FROM .+ AS base$/m.exec(text(`apps/${name}/Dockerfile`))?.[0];
    expect(base('ehr-lab-results')).toBe(base('ehr-web'));
    expect(JSON.parse(text('.vscode/launch.json'))).toMatchObject({
      configurations: expect.arrayContaining([
        expect.objectContaining({ name: 'ehr-lab-results' }),
      ]) as unknown,
    });
  });

  it.each([
    ['Lab', 4299, '"Lab" cannot be a service'],
    ['web', 4299, 'apps/ehr-web is there already'],
    ['staging', 4299, '"staging" is taken'],
    ['lab', 80, '"80" cannot be its port'],
    ['lab', 4201, "Port 4201 is another service's"],
  ])('refuses %s at %i, and writes nothing', async (name, port, message) => {
    const before = tree.listChanges().length;
    await expect(serviceGenerator(tree, { name, port })).rejects.toThrow(message);
    expect(tree.listChanges()).toHaveLength(before);
  });
});
