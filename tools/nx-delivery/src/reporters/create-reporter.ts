import type { DeployReport, DeployReporter } from '@ehr/delivery-core';
import { createJsonReporter } from './json-reporter.ts';
import { createLiveReporter } from './live-reporter.ts';
import { createPlainReporter } from './plain-reporter.ts';
import { createPlanReporter } from './plan-reporter.ts';

export interface Reporter extends DeployReporter {
  /** Says how it ended, and answers with the exit status of its verdict. A null report is a dry run's. */
  finish(report: DeployReport | null): Promise<number>;
}

/** A live task list on a terminal, plain lines elsewhere, one JSON document when asked. */
export function createReporter({ json, dryRun }: { json: boolean; dryRun: boolean }): Reporter {
  if (json) return createJsonReporter();
  if (dryRun) return createPlanReporter();
  return process.stdout.isTTY && process.env['CI'] === undefined
    ? createLiveReporter()
    : createPlainReporter();
}
