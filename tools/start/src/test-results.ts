import { readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  /** Its path. */
  readonly name: string;
  readonly status: string;
  /** Why none of its tests ran, else empty. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    /** Milliseconds; of a test that ran. */
    readonly duration?: number | null;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

interface TestSum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each failed test or task, with the first line of its error. */
  readonly failures: readonly string[];
  readonly tests: readonly TimedTest[];
}

interface TimedTest {
  readonly name: string;
  readonly milliseconds: number;
}

/** No tests yet. */
export const NO_TESTS: TestSum = { passed: 0, failed: 0, skipped: 0, failures: [], tests: [] };

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
  const sums = tasks.map((task) => sumOfTask(task, reportOf(task)));
  const sum = sums.reduce(addTestSums, NO_TESTS);
  if (!nxFailed || sum.failed > 0) return sum;
  return { ...sum, failed: 1, failures: ['Nx failed although no task did'] };
}

/** The tests of both. */
export function addTestSums(one: TestSum, other: TestSum): TestSum {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    tests: [...one.tests, ...other.tests],
  };
}

/** The `count` slowest tests, the slowest first, as lines with seconds in front. */
export function slowestTests({ tests }: TestSum, count: number): string[] {
  return [...tests]
    .sort((one, other) => other.milliseconds - one.milliseconds)
    .slice(0, count)
    .map(({ name, milliseconds }) => `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${name}`);
}

function sumOfTask({ projectName, target, status }: FinishedTask, report?: TestReport): TestSum {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({
      ...test,
      name: `${relative(workspaceRoot, name)} > ${test.fullName}`,
    })),
  );
  const failures = [
    ...files
      .filter((file) => file.status === 'failed' && file.message !== '')
      .map(({ name, message }) => failureLine(relative(workspaceRoot, name), message)),
    ...tests
      .filter((test) => test.status === 'failed')
      .map(({ name, failureMessages }) => failureLine(name, failureMessages?.[0] ?? '')),
  ];
  const failedTests = report?.numFailedTests ?? 0;
  const failedTask = status !== 0 && failedTests === 0;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failedTask ? 1 : failedTests,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    failures: failedTask && failures.length === 0 ? [`nx run ${projectName}:${target}`] : failures,
    tests: tests.flatMap(({ name, duration }) => (duration ? [{ name, milliseconds: duration }] : [])),
  };
}

function failureLine(name: string, message: string): string {
  const [firstLine = ''] = stripVTControlCharacters(message).trim().split('\n');
  return firstLine ? `${name}: ${firstLine}` : name;
}

/** The last line of `npm test`, read by people and programs. */
export function closingLine({
  passed,
  failed,
  skipped,
}: Pick<TestSum, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined; // not written: the task has no report, or crashed
  }
}
