import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJsonFile, workspaceRoot } from '@nx/devkit';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** The fence itself is tested: code that must not be written is linted as if it stood in a real file. */
let eslint: ESLint;
beforeAll(() => {
  eslint = new ESLint({ cwd: workspaceRoot });
});

async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(workspaceRoot, filePath) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

const boundaries = '@nx/enforce-module-boundaries';

describe('the module fence', () => {
  it.each([
    [
      'a core project importing an adapter',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export { createRegistry } from '@ehr/delivery-registry';",
      boundaries,
    ],
    [
      'a model importing core',
      'libs/ehr/health/src/health-report.ts',
      "export { deploy } from '@ehr/delivery-core';",
      boundaries,
    ],
    [
      'core importing a model that is not the health contract',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export { parseSearch } from '@ehr/fhir';",
      boundaries,
    ],
    [
      'an adapter importing another adapter',
      'libs/delivery/compose/src/compose.ts',
      "export { createRegistry } from '@ehr/delivery-registry';",
      boundaries,
    ],
    [
      'production code importing the testing project',
      'libs/delivery/registry/src/registry.ts',
      "export { startFaultProxy } from '@ehr/testing-fakes';",
      boundaries,
    ],
    [
      'the plugin importing the sandbox',
      'tools/nx-delivery/src/index.ts',
      "export { startRegistry } from '@ehr/testing-sandbox';",
      boundaries,
    ],
    [
      'an app importing delivery code',
      'apps/ehr-api/src/main.ts',
      "export { deploy } from '@ehr/delivery-core';",
      boundaries,
    ],
    [
      'an app’s spec importing the sandbox, which would make a change of tools touch the service',
      'apps/ehr-api/src/patient-api.spec.ts',
      "export { startPostgres } from '@ehr/testing-sandbox';",
      boundaries,
    ],
    [
      'core reading a file',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export { readFile } from 'node:fs/promises';",
      'no-restricted-imports',
    ],
    [
      'core importing Nx',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export { logger } from '@nx/devkit';",
      'no-restricted-imports',
    ],
    [
      'core asking the clock',
      'libs/delivery/core/src/verify/verify-running.ts',
      'export const now = Date.now();',
      'no-restricted-syntax',
    ],
    [
      'core making a date of now',
      'libs/delivery/core/src/verify/verify-running.ts',
      'export const now = new Date();',
      'no-restricted-syntax',
    ],
    [
      'core reading the environment',
      'libs/delivery/core/src/verify/verify-running.ts',
      'export const home = process.env;',
      'no-restricted-globals',
    ],
    [
      'core calling out',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export const answer = fetch('http://x');",
      'no-restricted-globals',
    ],
    [
      'a model writing to the console',
      'libs/ehr/health/src/health-report.ts',
      "console.log('x');",
      'no-restricted-globals',
    ],
    [
      'a model starting a timer',
      'libs/delivery/core/src/image/digest.ts',
      'setTimeout(() => undefined, 1);',
      'no-restricted-globals',
    ],
    [
      'a file of more than 250 lines',
      'libs/delivery/core/src/image/digest.ts',
      '// line\n'.repeat(251),
      'max-lines',
    ],
  ])('refuses %s', async (_name, file, code, rule) => {
    expect(await complaints(file, code)).toContain(rule);
  });

  it.each([
    [
      'an adapter importing core',
      'libs/delivery/registry/src/registry.ts',
      "export { DeliveryError } from '@ehr/delivery-core';",
    ],
    [
      'a spec importing the testing project',
      'libs/delivery/registry/src/registry.e2e.spec.ts',
      "export { startFaultProxy } from '@ehr/testing-fakes';",
    ],
    [
      'core taking time as a value',
      'libs/delivery/core/src/verify/verify-running.ts',
      "export const day = new Date('2026-01-01');",
    ],
  ])('lets %s pass', async (_name, file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});

describe('project tags', () => {
  const projects = globSync(['{apps,tools}/*/project.json', 'libs/*/*/project.json'], {
    cwd: workspaceRoot,
  }).map((file) => ({
    root: dirname(file).replaceAll('\\', '/'),
    tags: readJsonFile<{ tags: string[] }>(join(workspaceRoot, file)).tags,
  }));

  it.each(projects)('$root has one type, and the scope of its folder', ({ root, tags }) => {
    expect(tags.filter((tag) => tag.startsWith('type:'))).toHaveLength(1);
    const [, scope] = /^libs\/([^/]+)\//.exec(root) ?? [];
    if (scope !== undefined) expect(tags).toContain(`scope:${scope}`);
  });

  it('put every core and model project under the purity rules', async () => {
    const config = (await import(join(workspaceRoot, 'eslint.config.js'))) as { pureProjects: string[] };
    const pure = projects.filter(({ tags }) =>
      tags.some((tag) => tag === 'type:core' || tag === 'type:model'),
    );
    expect(pure.map(({ root }) => root).sort()).toEqual([...config.pureProjects].sort());
  });
});
