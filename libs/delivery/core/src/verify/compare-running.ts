import { parseHealthReport, type ReceivedReport } from '@ehr/health';
import type { ProbeAnswer } from '../ports.ts';

/** What should answer at a service's address. */
export interface ExpectedImage {
  readonly service: string;
  readonly environment: string;
  /** Null: any image of the service. */
  readonly fingerprint: string | null;
  /** Of the previous version, to tell it from a stranger; null when it is not known, or nothing ran. */
  readonly previousFingerprint?: string | null;
  /** Checks that passed before and have to pass still. */
  readonly passed?: readonly string[];
}

/**
 * `right`: the expected image, and healthy · `degraded`: the same, but a check does not pass that passed before ·
 * `wrong-image`: neither the expected image nor the previous version · `wrong-environment`: an image that says itself
 * that it is another environment's.
 */
export type RunningState =
  | 'right'
  | 'degraded'
  | 'unhealthy'
  | 'previous-version'
  | 'wrong-image'
  | 'wrong-service'
  | 'wrong-environment'
  | 'unreachable';

/** What answers, compared with what should. */
export interface Comparison {
  readonly state: RunningState;
  /** About "it": the service at the address. */
  readonly message: string;
  /** What it says of itself; null when it does not. */
  readonly report: ReceivedReport | null;
}

/** The one answer to "does it run the right image?". */
export function compareRunning(answer: ProbeAnswer | null, expected: ExpectedImage): Comparison {
  if (answer === null) return unreachable('it publishes no address');
  if (answer.kind === 'silence') return unreachable(`nothing answered (${answer.message})`);
  const report = parseHealthReport(answer.body);
  if ('problem' in report) {
    return unreachable(`status ${answer.status}, but no health report: ${report.problem}`);
  }
  const compared = (state: RunningState, message: string) => ({ state, message, report });
  if (report.service !== expected.service) {
    return compared('wrong-service', `it is ${report.service} that answers, not ${expected.service}`);
  }
  if (report.environment !== null && report.environment !== expected.environment) {
    return compared(
      'wrong-environment',
      `it is ${report.environment} that answers, not ${expected.environment}`,
    );
  }
  if (expected.fingerprint !== null && report.fingerprint !== expected.fingerprint) {
    return compared(
      report.fingerprint === expected.previousFingerprint ? 'previous-version' : 'wrong-image',
      `it runs fingerprint ${report.fingerprint.slice(0, 12)}, not ${expected.fingerprint.slice(0, 12)}`,
    );
  }
  if (report.status === 'fail' || answer.status !== 200) {
    const failing = checksOf(report, (status) => status === 'fail').join(', ') || answer.status;
    return compared('unhealthy', `it is the right image but not healthy (${failing})`);
  }
  const lost = checksOf(
    report,
    (status, name) => status !== 'pass' && expected.passed?.includes(name) === true,
  );
  if (lost.length > 0) {
    return compared('degraded', `it is the right image, but what passed before does not: ${lost.join('; ')}`);
  }
  return compared('right', 'it is the right image and healthy');
}

/** The checks that fail, by name and detail, as the expected service itself tells them; none where another one answers. */
export function failingChecks(answer: ProbeAnswer | null, expected: ExpectedImage): readonly string[] {
  const { state, report } = compareRunning(answer, expected);
  return state === 'unhealthy' && report !== null ? checksOf(report, (status) => status === 'fail') : [];
}

/** What is not as it should be with a service that is right all the same, for people. */
export function warningsOf(report: ReceivedReport): readonly string[] {
  return [
    ...checksOf(report, (status) => status === 'warn'),
    ...(report.environment === null
      ? ['it does not say which environment it is: its image is from before that']
      : []),
  ];
}

function checksOf({ checks }: ReceivedReport, want: (status: string, name: string) => boolean): string[] {
  return Object.entries(checks)
    .filter(([name, { status }]) => want(status, name))
    .map(([name, { detail }]) => (detail === undefined ? name : `${name}: ${detail}`));
}

function unreachable(message: string): Comparison {
  return { state: 'unreachable', message, report: null };
}
