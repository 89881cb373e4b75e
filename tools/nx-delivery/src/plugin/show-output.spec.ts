import type { PreTasksExecutionContext } from '@nx/devkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { showOutputOf } from './show-output.ts';

const hook = showOutputOf(['deploy', 'status']);
const NAMES = ['NX_STREAM_OUTPUT', 'NX_PREFIX_OUTPUT', 'NX_TUI'];

describe('the output of several tasks', () => {
  afterEach(() => vi.unstubAllEnvs());
  const shownBy = async (command: string) => {
    for (const name of NAMES) vi.stubEnv(name, undefined);
    await hook(undefined, { argv: ['node', 'nx', ...command.split(' ')] } as PreTasksExecutionContext);
    return NAMES.map((name) => process.env[name]);
  };

  it.each([
    'run-many -t deploy --configuration=staging',
    'run-many --target=deploy -c prod',
    'run-many --targets=lint,status',
    'affected -t test deploy',
  ])('is shown: %s', async (command) => {
    expect(await shownBy(command)).toEqual(['true', 'true', 'false']);
  });

  it.each([
    'run-many -t lint typecheck test',
    'deploy ehr-web',
    'run ehr-api:deploy:staging',
    'run-many -t deploy --output-style=static',
    'run-many -t deploy --outputStyle=stream-without-prefixes',
    'run-many -t deploy --verbose',
    'run-many -t status --tui',
  ])('is left to Nx: %s', async (command) => {
    expect(await shownBy(command)).toEqual([undefined, undefined, undefined]);
  });
});
