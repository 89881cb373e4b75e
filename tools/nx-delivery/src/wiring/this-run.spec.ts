import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { thisRun } from './this-run.ts';

describe('thisRun', () => {
  it('names the run of GitHub Actions, and nobody on a laptop', () => {
    const actions = {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'clinic/ehr',
      GITHUB_RUN_ID: '42',
    };
    expect(thisRun(actions).address).toBe('https://github.com/clinic/ehr/actions/runs/42');
    const run = thisRun({ USER: userInfo().username, HOSTNAME: hostname() });
    expect(run.address).toBeNull();
    for (const name of [userInfo().username, hostname()]) expect(JSON.stringify(run)).not.toContain(name);
  });

  it('has another id each time', () => {
    expect(thisRun({}).id).toMatch(/^[0-9a-f]{12}$/);
    expect(thisRun({}).id).not.toBe(thisRun({}).id);
  });
});

describe('a run that is asked to end', () => {
  /** A process that waits for a signal; `script` has `run` and writes what is awaited. */
  const child = (script: string) => {
    const module = JSON.stringify(join(import.meta.dirname, 'this-run.ts'));
    const source = `import { thisRun } from ${module};\nconst run = thisRun({});\n${script}`;
    return execa(process.execPath, ['--input-type=module', '--eval', source], { reject: false });
  };
  const WAIT = "setInterval(() => {}, 1000);\nconsole.log('ready');";
  const END =
    "const end = async () => { await new Promise((go) => setTimeout(go, 50)); console.log('ended'); };";

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends its work first, and then with %i', async (signal, exitCode) => {
    const running = child(`${END}\nrun.onInterrupt(end);\n${WAIT}`);
    running.stdout.once('data', () => running.kill(signal));
    expect(await running).toMatchObject({ exitCode, stdout: 'ready\nended' });
  });

  it('ends at once when there is nothing to end any more', async () => {
    const running = child(`${END}\nrun.onInterrupt(end)();\n${WAIT}`);
    running.stdout.once('data', () => running.kill('SIGTERM'));
    expect(await running).toMatchObject({ signal: 'SIGTERM', stdout: 'ready' });
  });
});
