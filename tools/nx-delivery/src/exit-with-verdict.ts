import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { takeTextOptions, TEXT_OPTIONS } from './options/text-options.ts';

/**
 * `npm run deliver -- run ehr-api:deploy:staging`: Nx with these arguments, which reach the executors as they are
 * written, then the exit status of the verdict (of several, the highest), where Nx itself says 1 for any failure.
 */
const { args, taken } = takeTextOptions(process.argv.slice(2));
const directory = await mkdtemp(join(tmpdir(), 'deliver-'));
const file = join(directory, 'exit');
try {
  const { exitCode } = await execa('nx', args, {
    cwd: workspaceRoot,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
    env: {
      DELIVERY_EXIT_FILE: file,
      [TEXT_OPTIONS]: JSON.stringify(taken),
      ...summaryOfOurs(process.env),
    },
  });
  process.exitCode = Math.max(exitCode ?? 1, ...(await statuses()));
} finally {
  await rm(directory, { recursive: true });
}

/** Nx would add a report of its own to the job summary: it gets none to write to. */
function summaryOfOurs({ GITHUB_STEP_SUMMARY }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (GITHUB_STEP_SUMMARY === undefined) return {};
  return { GITHUB_STEP_SUMMARY: undefined, DELIVERY_STEP_SUMMARY: GITHUB_STEP_SUMMARY };
}

async function statuses(): Promise<number[]> {
  // No file: Nx failed before any of our executors began.
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}
