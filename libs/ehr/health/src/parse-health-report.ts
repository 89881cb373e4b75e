import type { CheckResult, HealthStatus, ReceivedReport } from './health-report.ts';

const STATUSES: readonly string[] = ['pass', 'warn', 'fail'] satisfies HealthStatus[];

/**
 * Reads an answer from outside. Returns the report, or a sentence that says which field is wrong:
 * anything may answer on a service's address, a proxy's error page too. A report without `environment`, `instance`
 * and `schema` is one of an older image, and has null there.
 */
export function parseHealthReport(value: unknown): ReceivedReport | { readonly problem: string } {
  if (!isRecord(value)) return { problem: 'the answer is not a JSON object' };
  for (const field of ['service', 'version', 'revision', 'fingerprint'] as const) {
    if (typeof value[field] !== 'string' || value[field] === '')
      return { problem: `"${field}" is not a non-empty string` };
  }
  for (const field of ['environment', 'instance'] as const) {
    if (value[field] !== undefined && (typeof value[field] !== 'string' || value[field] === ''))
      return { problem: `"${field}" is not a non-empty string` };
  }
  if (!isStatus(value['status'])) return { problem: '"status" is not one of pass, warn, fail' };
  const checks = value['checks'];
  if (!isRecord(checks)) return { problem: '"checks" is not an object' };
  for (const [name, check] of Object.entries(checks)) {
    if (!isCheck(check)) return { problem: `"checks.${name}" has no status of pass, warn, fail` };
  }
  const { schema = null } = value;
  if (schema !== null && !isSchema(schema))
    return { problem: '"schema" has no numbers "current" and "highest"' };
  return { environment: null, instance: null, schema, ...value } as unknown as ReceivedReport;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStatus(value: unknown): value is HealthStatus {
  return typeof value === 'string' && STATUSES.includes(value);
}

function isSchema(value: unknown): boolean {
  return isRecord(value) && Number.isInteger(value['current']) && Number.isInteger(value['highest']);
}

function isCheck(value: unknown): value is CheckResult {
  return isRecord(value) && isStatus(value['status']);
}
