/** The words of draft-inadarei-api-health-check: `pass` and `warn` answer 200, `fail` answers 503. */
export type HealthStatus = 'pass' | 'warn' | 'fail';

/**
 * The HTTP header in which ehr-web tells ehr-api whose records it wants, and every answer of ehr-api says whose they are.
 * Either refuses the other of another environment.
 */
export const ENVIRONMENT_HEADER = 'EHR-Environment';

/** What one check of the service found. */
export interface CheckResult {
  readonly status: HealthStatus;
  /** For people; never patient data, never a secret. */
  readonly detail?: string;
}

/**
 * Who a running service says it is. `fingerprint` comes from the image, `instance` from the start of the process, the
 * others from the environment.
 */
export interface Identity {
  readonly service: string;
  /** Semantic version, or `unversioned` when no version tag was released. */
  readonly version: string;
  /** Full commit id, or `unknown` outside a delivery. */
  readonly revision: string;
  /** Hash of everything that went into the image; what a rollout check compares. */
  readonly fingerprint: string;
  /** Whose records it serves, such as `staging`: what tells one environment's address from another's. */
  readonly environment: string;
  /** Random, made once when the process starts: two answers of one instance come from one process. */
  readonly instance: string;
}

/** How far the schema of a service's database is: numbers that grow by one with each change of it. */
export interface DatabaseSchema {
  /** What the database is at now. */
  readonly current: number;
  /** The newest on which this image still runs. */
  readonly highest: number;
}

/** The answer of `GET /health` (ehr-api) and `GET /api/health` (ehr-web). */
export interface HealthReport extends Identity {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, CheckResult>>;
  /** Null for a service without a database. */
  readonly schema: DatabaseSchema | null;
}

/** A report as read from outside: images older than the two fields send neither; `schema` is null there, too. */
export interface ReceivedReport extends Omit<HealthReport, 'environment' | 'instance'> {
  readonly environment: string | null;
  readonly instance: string | null;
}

/** A report whose status is the worst of its checks (`pass` without any). */
export function createHealthReport(
  identity: Identity,
  checks: Readonly<Record<string, CheckResult>>,
  schema: DatabaseSchema | null = null,
): HealthReport {
  const statuses = Object.values(checks).map((check) => check.status);
  const status = statuses.includes('fail') ? 'fail' : statuses.includes('warn') ? 'warn' : 'pass';
  return { status, ...identity, checks, schema };
}

/** The HTTP status of a report: load balancers read nothing else. */
export function healthHttpStatus(status: HealthStatus): 200 | 503 {
  return status === 'fail' ? 503 : 200;
}
