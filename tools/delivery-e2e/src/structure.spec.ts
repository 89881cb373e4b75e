import { join } from 'node:path';
import { readJsonFile, workspaceRoot } from '@nx/devkit';
import { cruise } from 'dependency-cruiser';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

/* What no linter of single files sees: the imports of the whole workspace, types included. */
describe('the workspace', () => {
  it('has no import cycles, neither of files nor of folders', async () => {
    const circular = { from: {}, to: { circular: true }, severity: 'error' } as const;
    const { output } = await cruise(['apps', 'libs', 'tools'], {
      baseDir: workspaceRoot,
      ruleSet: {
        forbidden: [
          { name: 'file', ...circular },
          { name: 'folder', scope: 'folder', ...circular },
        ],
      },
      validate: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: String.raw`(^|/)(node_modules|dist|\.next)/|\.spec\.tsx?$` },
      tsPreCompilationDeps: true,
    });
    if (typeof output === 'string') throw new Error('It answered with text.');
    const { violations, totalCruised } = output.summary;
    expect(totalCruised).toBeGreaterThan(300);
    expect(violations.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no dead files or exports, and each package.json declares what its project imports', async () => {
    const { all } = await execa('knip', ['--no-progress'], {
      cwd: workspaceRoot,
      preferLocal: true,
      reject: false,
      all: true,
    });
    expect(all).toBe('');
  });

  it('has each package once for all projects, so that a checkout runs with the root’s node_modules alone', () => {
    const lock = readJsonFile<{ packages: object }>(join(workspaceRoot, 'package-lock.json'));
    expect(
      Object.keys(lock.packages).filter((path) => /^(?:apps|libs|tools)\/.*node_modules\//.test(path)),
    ).toEqual([]);
  });

  it('knows the address of each package to install, on the public registry', () => {
    const lock = readJsonFile<{
      packages: Record<string, { link?: true; inBundle?: true; resolved?: string }>;
    }>(join(workspaceRoot, 'package-lock.json'));
    const installed = Object.entries(lock.packages).filter(
      ([path, { link, inBundle }]) => path.includes('node_modules/') && !link && !inBundle,
    );
    expect(installed.length).toBeGreaterThan(500);
    const elsewhere = installed.filter(
      ([, { resolved }]) => !resolved?.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });
});
