import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';

/** One finished Nx task, as `run.json` in Nx's cache directory lists it. */
export interface FinishedTask {
  readonly projectName: string;
  readonly target: string;
  /** Its exit code. */
  readonly status: number;
}

/** What counts of a Vitest JSON report. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

interface TestSum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const RESULTS = join(workspaceRoot, 'dist/test-results');
/** Nx writes its last run here, with every task and its exit code (`cacheDirectory` in nx.json). */
const LAST_RUN = resolve(workspaceRoot, process.env['NX_CACHE_DIRECTORY'] ?? '.nx/cache', 'run.json');

/** Removes the reports of earlier runs; Nx puts those of cached tasks back. */
export function removeTestResults(): void {
  rmSync(RESULTS, { recursive: true, force: true });
}

/** Runs Nx by `run`, which returns its exit code, and sums up the tests of that run. */
export async function testResultsOf(run: () => Promise<number>): Promise<TestSum> {
  // A run that crashes must not show the tasks of the one before.
  rmSync(LAST_RUN, { force: true });
  const exitCode = await run();
  const tasks = readJson<{ readonly tasks: readonly FinishedTask[] }>(LAST_RUN)?.tasks ?? [];
  const reportOf = ({ projectName, target }: FinishedTask) =>
    readJson<TestReport>(join(RESULTS, `${projectName}.${target}.json`));
  return sumTestResults(tasks, reportOf, exitCode !== 0);
}

/**
 * Adds up the reports of the tasks that ran. A task that failed without a failed test in its report (a
 * lint error, a test file that does not load, a crash) counts as one failure; so does an Nx that
 * failed although no task did. Reports of anything that did not run do not count.
 */
export function sumTestResults(
  tasks: readonly FinishedTask[],
  reportOf: (task: FinishedTask) => TestReport | undefined,
  nxFailed: boolean,
): TestSum {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const task of tasks) {
    const report = reportOf(task);
    passed += report?.numPassedTests ?? 0;
    failed += report?.numFailedTests ?? 0;
    skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
    if (task.status !== 0 && !report?.numFailedTests) failed += 1;
  }
  return { passed, failed: nxFailed && failed === 0 ? 1 : failed, skipped };
}

/** The last line of `npm test`, read by people and programs. */
export function closingLine({ passed, failed, skipped }: TestSum): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined; // not written: the task has no report, or crashed
  }
}
