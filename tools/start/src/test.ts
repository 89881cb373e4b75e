import {
  engineStartedHere,
  localRegistryStartedHere,
  stopEngine,
  stopLocalRegistry,
} from '@ehr/testing-sandbox';
import { forgetLastRun, forgetTestResults, readTestResults } from './read-test-results.ts';
import { closingLine, type TestSum } from './sum-test-results.ts';
import { main } from './main.ts';
import { nothingPrepared, type Prepared } from './prepare-steps.ts';
import { runNx } from './run-nx.ts';
import { runSteps } from './run-steps.ts';
import { testSteps } from './test-steps.ts';

/** End-to-end tests share the engine and its ports: one after the other. */
const RUNS = [
  ['run-many', '-t', 'lint', 'typecheck', 'test', 'build', '--parallel=2'],
  ['run-many', '-t', 'e2e', '--parallel=1'],
];

await main(
  async (interrupted) => {
    const [engineBefore, registryBefore] = [engineStartedHere(), await localRegistryStartedHere()];
    const prepared = nothingPrepared();
    const missing: string[] = [];
    let sum: TestSum = { passed: 0, failed: 0, skipped: 0 };
    try {
      await runSteps(testSteps(prepared, missing));
      forgetTestResults();
      for (const run of RUNS)
        if (!interrupted.aborted) sum = add(sum, await runTests(run, prepared, interrupted));
    } finally {
      // What was there before stays.
      if (!registryBefore) await stopLocalRegistry();
      if (!engineBefore) await stopEngine();
    }
    if (interrupted.aborted) return 130;
    if (missing.length > 0) console.log(`\nMissing on this machine:\n  ${missing.join('\n  ')}`);
    console.log(`\n${closingLine(sum)}`);
    return sum.failed === 0 ? 0 : 1;
  },
  { endAtOnce: false },
);

async function runTests(args: string[], prepared: Prepared, interrupted: AbortSignal): Promise<TestSum> {
  forgetLastRun();
  const env = prepared.builder;
  const code = await runNx([...args, '--outputStyle=static-failures-only'], { env, interrupted });
  return readTestResults(code);
}

function add(a: TestSum, b: TestSum): TestSum {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
