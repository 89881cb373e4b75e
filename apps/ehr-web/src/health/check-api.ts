import { type CheckResult, parseHealthReport } from '@ehr/health';
import { type ApiAddress, askApi } from '../api/ask-api.ts';

/**
 * Whether this environment's own API answers at `EHR_API_URL`. One that does not answer is a warning: this service itself
 * is right, and says so on its pages. The API of another environment is a failure, which no waiting mends.
 */
export async function checkApi(address: ApiAddress, limitMs: number): Promise<CheckResult> {
  try {
    const asked = await askApi(address, '/health', { limitMs });
    if (asked.kind === 'misconfigured') return { status: 'fail', detail: asked.message };
    const body: unknown = await asked.answer.json().catch(() => undefined);
    const report = parseHealthReport(body);
    if ('problem' in report) return { status: 'warn', detail: 'EHR_API_URL: no health report' };
    if (report.environment !== address.environment) {
      const named = report.environment ?? 'no environment';
      return {
        status: 'fail',
        detail: `misconfigured: answers for ${named}, this is ${address.environment}`,
      };
    }
    return report.status === 'pass'
      ? { status: 'pass' }
      : { status: 'warn', detail: `ehr-api says ${report.status}` };
  } catch {
    return { status: 'warn', detail: `ehr-api does not answer within ${limitMs} ms` };
  }
}
