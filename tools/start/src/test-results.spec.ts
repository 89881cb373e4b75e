import { join } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';
import { describe, expect, it } from 'vitest';
import {
  closingLine,
  type FinishedTask,
  slowestTests,
  sumTestResults,
  type TestReport,
} from './test-results.ts';

const report = (numPassedTests: number, numFailedTests = 0, numPendingTests = 0): TestReport => ({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numTodoTests: 0,
  testResults: [],
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

  it('names what failed with the first line of its error, and the slowest tests', () => {
    const test = (fullName: string, duration: number, failure?: string) => ({
      fullName,
      duration,
      status: failure ? 'failed' : 'passed',
      failureMessages: failure ? [failure] : [],
    });
    const name = join(workspaceRoot, 'libs/a.spec.ts');
    const testResults = [
      {
        name,
        status: 'failed',
        message: '',
        assertionResults: [test('one', 20), test('two', 9_000, '\u001b[31mError: no\u001b[39m\n at x')],
      },
      {
        name: join(workspaceRoot, 'libs/b.spec.ts'),
        status: 'failed',
        message: 'no hook',
        assertionResults: [],
      },
    ];
    const of = (target: string): TestReport | undefined =>
      target === 'test' ? { ...report(1, 1), testResults } : undefined;
    const result = sumTestResults([task('test', 1), task('lint', 1)], ({ target }) => of(target), true);
    expect(result.failures).toEqual([
      'libs/b.spec.ts: no hook',
      'libs/a.spec.ts > two: Error: no',
      'nx run p:lint',
    ]);
    expect(slowestTests(result, 1)).toEqual(['   9.0 s  libs/a.spec.ts > two']);
  });
});
