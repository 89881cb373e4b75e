import { createHealthReport, healthHttpStatus } from '@ehr/health';
import { readConfig } from '../../../config/read-config.ts';
import { checkApi } from '../../../health/check-api.ts';

/** Asked at every request, never at build time. */
export const dynamic = 'force-dynamic';

const LIMIT_MS = 2_000;

/** Who runs here, and whether it finds the API of its own environment. */
export async function GET(): Promise<Response> {
  const config = readConfig();
  const report = createHealthReport(config.identity, { 'ehr-api': await checkApi(config, LIMIT_MS) });
  return Response.json(report, {
    status: healthHttpStatus(report.status),
    headers: { 'cache-control': 'no-store' },
  });
}
