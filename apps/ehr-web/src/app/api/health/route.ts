import { createHealthReport, healthHttpStatus, parseHealthReport, type CheckResult } from '@ehr/health';
import { readConfig } from '../../../config/read-config.ts';

/** Asked at every request, never at build time. */
export const dynamic = 'force-dynamic';

const LIMIT_MS = 2_000;

/** Who runs here. A missing ehr-api is a warning: this service itself is right, and says so on its pages. */
export async function GET(): Promise<Response> {
  const { identity, apiUrl } = readConfig();
  const report = createHealthReport(identity, { api: await checkApi(apiUrl) });
  return Response.json(report, {
    status: healthHttpStatus(report.status),
    headers: { 'cache-control': 'no-store' },
  });
}

async function checkApi(apiUrl: string): Promise<CheckResult> {
  try {
    const answer = await fetch(`${apiUrl}/health`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const report = parseHealthReport(await answer.json());
    if ('problem' in report) return { status: 'warn', detail: `EHR_API_URL: ${report.problem}` };
    return report.status === 'pass'
      ? { status: 'pass' }
      : { status: 'warn', detail: `ehr-api says ${report.status}` };
  } catch {
    return { status: 'warn', detail: `ehr-api does not answer within ${LIMIT_MS} ms` };
  }
}
