import type { ExecutorContext } from '@nx/devkit';
import { openSubject } from '../../doctor/open-subject.ts';
import { renderFindings } from '../../doctor/render-findings.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import { runReporting } from '../run-reporting.ts';

interface DoctorOptions {
  readonly environment: string;
  readonly json: boolean;
}

/** The `doctor` target: everything a deploy rests on, asked without changing anything; fails when a check does. */
export default function doctor(
  { environment, json }: DoctorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { projectName: service = '' } = context;
    const findings = await runChecks(openSubject(environment, context, process.env));
    const healthy = findings.every(({ verdict }) => verdict !== 'fail');
    process.stdout.write(
      json
        ? `${JSON.stringify({ service, environment, healthy, checks: findings }, null, 2)}\n`
        : renderFindings(`${service} in ${environment}`, findings),
    );
    return healthy;
  });
}
