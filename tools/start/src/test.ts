import { parseArgs } from 'node:util';
import {
  engineStartedHere,
  localRegistryStartedHere,
  SandboxError,
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

const { part, long, affected } = parseArgs({
  options: {
    part: { type: 'string' },
    long: { type: 'boolean', default: false },
    affected: { type: 'boolean', default: false },
  },
}).values;
/** Of all projects lint and the fast tests run at once: a linter and a runner that start once take half of the time. */
const checks = affected ? ['lint', 'test'] : ['lint-workspace', 'test-workspace'];
/** End-to-end tests wait for an engine, a server or a browser half of their time: more of them run at once. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  checks: ['-t', ...checks, 'typecheck', 'build', '--parallel=2'],
  e2e: ['-t', 'e2e', '--parallel=3'],
  long: ['-t', 'long', '--parallel=2'],
};
const names = part === undefined ? ['checks', 'e2e', ...(long ? ['long'] : [])] : [part];
const chosen = names.map((name) => PARTS[name]);

await main(
  async (interrupted) => {
    const runs = chosen.filter((run) => run !== undefined);
    if (runs.length === 0)
      throw new SandboxError(
        `There is no part "${part}"`,
        `It must be one of ${Object.keys(PARTS).join(', ')}.`,
      );
    const [engineBefore, registryBefore] = [engineStartedHere(), await localRegistryStartedHere()];
    const builder = {};
    const missing: string[] = [];
    let sum = NO_TESTS;
    try {
      await runSteps(testSteps(builder, missing));
      removeTestResults();
      for (const run of runs) {
        if (interrupted.aborted) break;
        const args = [affected ? 'affected' : 'run-many', ...run, '--outputStyle=static-failures-only'];
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
