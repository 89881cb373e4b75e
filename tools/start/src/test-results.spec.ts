import { describe, expect, it } from 'vitest';
import { closingLine, sumTestResults, type FinishedTask, type TestReport } from './test-results.ts';

const report = (numPassedTests: number, numFailedTests = 0, numPendingTests = 0): TestReport => ({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numTodoTests: 0,
});
const task = (target: string, status = 0): FinishedTask => ({ projectName: 'p', target, status });
const sum = (tasks: FinishedTask[], reports: Record<string, TestReport>, nxFailed = false): string =>
  closingLine(sumTestResults(tasks, ({ target }) => reports[target], nxFailed));

describe('sumTestResults', () => {
  it('adds the reports of the tasks that ran and of no others', () => {
    expect(sum([task('test'), task('lint')], { test: report(3), e2e: report(9, 9) })).toBe(
      '3 passed, 0 failed',
    );
  });

  it('names skipped tests if there are any', () => {
    expect(sum([task('test')], { test: report(3, 0, 2) })).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('counts failed tests once', () => {
    expect(sum([task('test', 1)], { test: report(3, 2) }, true)).toBe('3 passed, 2 failed');
  });

  it.each([
    ['a lint error', [task('test'), task('lint', 1)], { test: report(3) }],
    ['a test file that does not load', [task('test', 1)], { test: report(3) }],
    ['an Nx that failed by itself', [task('test')], { test: report(3) }],
  ])('counts %s as one failure', (_what, tasks, reports) => {
    expect(sum(tasks, reports, true)).toBe('3 passed, 1 failed');
  });
});
