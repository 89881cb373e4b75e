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

export interface TestSum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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

/** The last line of `npm test`, read by people and machines. */
export function closingLine({ passed, failed, skipped }: TestSum): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
