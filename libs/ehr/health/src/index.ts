export type { CheckResult, HealthReport, HealthStatus, Identity } from './health-report.ts';
export { createHealthReport, healthHttpStatus } from './health-report.ts';
export { parseHealthReport } from './parse-health-report.ts';
