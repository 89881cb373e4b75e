import {
  engineStartedHere,
  localRegistryStartedHere,
  stopEngine,
  stopLocalRegistry,
} from '@ehr/testing-sandbox';
import { main, runNx } from './main.ts';
import { runSteps, testSteps } from './steps.ts';
import {
  addTestSums,
  closingLine,
  NO_TESTS,
  removeTestResults,
  slowestTests,
  testResultsOf,
} from './test-results.ts';

/**
 * What waits for an engine half of its time runs two at once. The two large suites build in this checkout and in others:
 * they come last, so that nothing else looks at its build output meanwhile.
 */
const LARGE = ['delivery-e2e', 'workflows-e2e'].join(',');
const RUNS = [
  ['run-many', '-t', 'lint', 'typecheck', 'test', 'build', '--parallel=2'],
  ['run-many', '-t', 'e2e', '--parallel=2', `--exclude=${LARGE}`],
  ['run-many', '-t', 'e2e', '--parallel=2', `--projects=${LARGE}`],
];

await main(
  async (interrupted) => {
    const [engineBefore, registryBefore] = [engineStartedHere(), await localRegistryStartedHere()];
    const builder = {};
    const missing: string[] = [];
    let sum = NO_TESTS;
    try {
      await runSteps(testSteps(builder, missing));
      removeTestResults();
      for (const run of RUNS) {
        if (interrupted.aborted) break;
        const args = [...run, '--outputStyle=static-failures-only'];
        sum = addTestSums(sum, await testResultsOf(() => runNx(args, builder, interrupted)));
      }
    } finally {
      // What was there before stays.
      if (!registryBefore) await stopLocalRegistry();
      if (!engineBefore) await stopEngine();
    }
    if (interrupted.aborted) return 130;
    if (missing.length > 0) console.log(`\nMissing on this machine:\n  ${missing.join('\n  ')}`);
    if (sum.tests.length > 0) console.log(`\nSlowest tests:\n${slowestTests(sum, 10).join('\n')}`);
    if (sum.failures.length > 0) console.log(`\nFailed:\n  ${sum.failures.join('\n  ')}`);
    console.log(`\n${closingLine(sum)}`);
    return sum.failed === 0 ? 0 : 1;
  },
  { endAtOnce: false },
);
