export {
  createHealthReport,
  healthHttpStatus,
  type CheckResult,
  type HealthReport,
  type HealthStatus,
  type Identity,
} from './health-report.ts';
export { parseHealthReport } from './parse-health-report.ts';
