import { parseHealthReport, type ReceivedReport } from '@ehr/health';
import type { ProbeAnswer } from '../ports.ts';

/** What should answer at a service's address. */
export interface ExpectedImage {
  readonly service: string;
  /** Null: any image of the service. */
  readonly fingerprint: string | null;
  /** Of the previous version, to tell it from a stranger; null when it is not known, or nothing ran. */
  readonly previousFingerprint?: string | null;
}

/** `right`: the expected image, and healthy · `wrong-image`: neither the expected image nor the previous version. */
export type RunningState =
  'right' | 'unhealthy' | 'previous-version' | 'wrong-image' | 'wrong-service' | 'unreachable';

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
  if (expected.fingerprint !== null && report.fingerprint !== expected.fingerprint) {
    return compared(
      report.fingerprint === expected.previousFingerprint ? 'previous-version' : 'wrong-image',
      `it runs fingerprint ${report.fingerprint.slice(0, 12)}, not ${expected.fingerprint.slice(0, 12)}`,
    );
  }
  if (report.status === 'fail' || answer.status !== 200) {
    const failing = Object.entries(report.checks).filter(([, check]) => check.status === 'fail');
    const names = failing.map(([name]) => name).join(', ') || answer.status;
    return compared('unhealthy', `it is the right image but not healthy (${names})`);
  }
  return compared('right', 'it is the right image and healthy');
}

function unreachable(message: string): Comparison {
  return { state: 'unreachable', message, report: null };
}
