import {
  engineStartedHere,
  localRegistryStartedHere,
  stopEngine,
  stopLocalRegistry,
} from '@ehr/testing-sandbox';
import { main, runNx } from './main.ts';
import { runSteps, testSteps } from './steps.ts';
import { closingLine, removeTestResults, testResultsOf } from './test-results.ts';

/** End-to-end tests share the engine and its ports: one after the other. */
const RUNS = [
  ['run-many', '-t', 'lint', 'typecheck', 'test', 'build', '--parallel=2'],
  ['run-many', '-t', 'e2e', '--parallel=1'],
];

await main(
  async (interrupted) => {
    const [engineBefore, registryBefore] = [engineStartedHere(), await localRegistryStartedHere()];
    const builder = {};
    const missing: string[] = [];
    const sum = { passed: 0, failed: 0, skipped: 0 };
    try {
      await runSteps(testSteps(builder, missing));
      removeTestResults();
      for (const run of RUNS) {
        if (interrupted.aborted) break;
        const args = [...run, '--outputStyle=static-failures-only'];
        const { passed, failed, skipped } = await testResultsOf(() => runNx(args, builder, interrupted));
        sum.passed += passed;
        sum.failed += failed;
        sum.skipped += skipped;
      }
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
