import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Machine } from './machine.ts';
import type { StepRun } from './step-run.ts';

/**
 * A `run:` as GitHub's runner executes it: `bash -eo pipefail` on a script file, with files for outputs and variables.
 * With `killWhen`, everything it started is killed once its output holds that text: a cancelled run.
 */
export async function runCommand(
  script: string,
  env: Readonly<Record<string, string>>,
  machine: Machine,
  killWhen?: string,
): Promise<StepRun> {
  const [file, outputs, variables] = ['step.sh', 'outputs', 'env'].map((name) =>
    join(machine.home, name),
  ) as [string, string, string];
  await Promise.all([writeFile(file, script), writeFile(outputs, ''), writeFile(variables, '')]);
  const child = execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    cwd: machine.workspace,
    env: {
      ...machine.environment,
      ...machine.variables,
      ...env,
      GITHUB_OUTPUT: outputs,
      GITHUB_ENV: variables,
    },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  let killed = false;
  if (killWhen !== undefined) {
    let said = '';
    child.all.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (killed || !said.includes(killWhen) || child.pid === undefined) return;
      killed = true;
      process.kill(-child.pid, 'SIGKILL');
    });
  }
  const { exitCode, all } = await child;
  Object.assign(machine.variables, pairs(await readFile(variables, 'utf8')));
  const found = pairs(await readFile(outputs, 'utf8'));
  await rm(file);
  return { ok: exitCode === 0, killed, output: all, outputs: found };
}

function pairs(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
