import type { DeployPlan } from '@ehr/delivery-core';
import type { Reporter } from './create-reporter.ts';

/** For machines: the report, or the plan of a dry run, as one document on standard output. */
export function createJsonReporter(): Reporter {
  let plan: DeployPlan | null = null;
  return {
    planned: (planned) => {
      plan = planned;
    },
    event: () => undefined,
    finish: async (report) => {
      process.stdout.write(`${JSON.stringify(report ?? plan, null, 2)}\n`);
      return report?.exit ?? 0;
    },
  };
}
