import { deploy } from '@ehr/delivery';
import type { ExecutorContext } from '@nx/devkit';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { createReporter } from '../../reporters/create-reporter.ts';
import { runReporting } from '../run-reporting.ts';

/** What schema.json lets through; `normalizeOptions` checks the values. */
interface DeployExecutorOptions extends Readonly<Record<string, unknown>> {
  readonly environment: string;
  readonly json: boolean;
}

/** The `deploy` target: options → snapshot → plan → steps → report. */
export default function deployExecutor(
  raw: DeployExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { environment, json, ...given } = raw;
    const { options, ports } = await openDelivery(environment, given, context);
    const reporter = createReporter({ json, dryRun: options.dryRun });
    return reporter.finish(await deploy(options, ports, reporter));
  });
}
