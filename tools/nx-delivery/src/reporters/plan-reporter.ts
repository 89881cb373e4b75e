import { renderPlan } from '@ehr/delivery-core';
import type { Reporter } from './create-reporter.ts';

/** A dry run: the plan, and nothing after it. */
export function createPlanReporter(): Reporter {
  return {
    planned: (plan) => process.stdout.write(`${renderPlan(plan)}\n\nDry run: nothing was changed.\n`),
    event: () => undefined,
    finish: async () => 0,
  };
}
