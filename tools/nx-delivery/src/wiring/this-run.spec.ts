import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { thisRun } from './this-run.ts';

describe('thisRun', () => {
  it('names user, machine and process on a laptop, the run in GitHub Actions', () => {
    expect(thisRun({}).name).toMatch(new RegExp(`on .+ \\(process ${process.pid}\\)$`));
    const actions = {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'clinic/ehr',
      GITHUB_RUN_ID: '42',
    };
    expect(thisRun(actions).name).toBe('https://github.com/clinic/ehr/actions/runs/42');
  });

  it('has another id each time', () => {
    expect(thisRun({}).id).toMatch(/^[0-9a-f]{12}$/);
    expect(thisRun({}).id).not.toBe(thisRun({}).id);
  });

  it('knows a dead process of this machine, and takes nobody else for dead', () => {
    const { name, isGone } = thisRun({});
    const dead = spawnSync(process.execPath, ['--version']).pid;
    expect(
      [
        name,
        name.replace(/\d+\)$/, `${dead})`),
        'ada on another-machine (process 1)',
        'https://x/runs/1',
      ].map((other) => isGone(other)),
    ).toEqual([false, true, false, false]);
  });
});
