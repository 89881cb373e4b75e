export {
  type CheckResult,
  createHealthReport,
  type DatabaseSchema,
  ENVIRONMENT_HEADER,
  healthHttpStatus,
  type HealthReport,
  type HealthStatus,
  type Identity,
  type ReceivedReport,
} from './health-report.ts';
export { parseHealthReport } from './parse-health-report.ts';
