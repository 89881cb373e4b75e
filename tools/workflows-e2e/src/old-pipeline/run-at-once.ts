import { execa } from 'execa';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asText, resolve } from '../box/expressions.ts';
import type { StartedStep } from './started-steps.ts';

/** Runs a step's commands as GitHub does, against a real address, with no time to lose: `sleep` returns at once. */
export async function runAtOnce(
  { step, contexts }: StartedStep,
  variables: Readonly<Record<string, string>>,
): Promise<{ succeeded: boolean; output: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-old-'));
  try {
    await writeFile(join(directory, 'sleep'), '#!/bin/sh\n');
    await chmod(join(directory, 'sleep'), 0o755);
    const script = asText(resolve(step.run ?? '', contexts));
    const { exitCode, all } = await execa(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      {
        env: { PATH: `${directory}:${process.env['PATH'] ?? ''}`, ...variables },
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
      },
    );
    return { succeeded: exitCode === 0, output: all };
  } finally {
    await rm(directory, { recursive: true });
  }
}
