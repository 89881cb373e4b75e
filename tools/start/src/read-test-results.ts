import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';
import { sumTestResults, type FinishedTask, type TestReport, type TestSum } from './sum-test-results.ts';

const RESULTS = join(workspaceRoot, 'dist/test-results');
/** Nx writes its last run here, with every task and its exit code (`cacheDirectory` in nx.json). */
const LAST_RUN = resolve(workspaceRoot, process.env['NX_CACHE_DIRECTORY'] ?? '.nx/cache', 'run.json');

/** Removes the reports of earlier runs; Nx puts those of cached tasks back. */
export function forgetTestResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
}

/** To be called before each Nx run, so that a run that crashes does not show its predecessor's tasks. */
export function forgetLastRun(): void {
  rmSync(LAST_RUN, { force: true });
}

/** The sum of the Nx run that has just ended. */
export function readTestResults(nxExitCode: number): TestSum {
  const run = readJson<{ readonly tasks: readonly FinishedTask[] }>(LAST_RUN);
  const reportOf = ({ projectName, target }: FinishedTask): TestReport | undefined =>
    readJson(join(RESULTS, `${projectName}.${target}.json`));
  return sumTestResults(run?.tasks ?? [], reportOf, nxExitCode !== 0);
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined; // not written: the task has no report, or crashed
  }
}
