import { parseHealthReport } from '@ehr/health';
import { DeliveryError } from './errors/delivery-error.ts';
import type { Clock, ProbeAnswer, Prober } from './ports.ts';

export interface ProofRules {
  /** Answers in a row that must be right. */
  readonly probes: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface Expected {
  readonly service: string;
  readonly fingerprint: string;
}

/** What one answer says: `null` when it is the expected image and healthy, else a sentence about what it is. */
export function judgeAnswer(answer: ProbeAnswer, expected: Expected): string | null {
  if (answer.kind === 'silence') return `nothing answered (${answer.reason})`;
  const report = parseHealthReport(answer.body);
  if ('problem' in report) return `status ${answer.status}, but no health report: ${report.problem}`;
  if (report.service !== expected.service)
    return `it is ${report.service} that answers, not ${expected.service}`;
  if (report.fingerprint !== expected.fingerprint) {
    return `it runs fingerprint ${report.fingerprint.slice(0, 12)}, not ${expected.fingerprint.slice(0, 12)}`;
  }
  if (report.status === 'fail' || answer.status !== 200) {
    const failing = Object.entries(report.checks).filter(([, check]) => check.status === 'fail');
    return `it is the right image but not healthy (${failing.map(([name]) => name).join(', ') || answer.status})`;
  }
  return null;
}

/**
 * Asks the service itself until it has said `probes` times in a row that it is the expected image.
 * A wrong answer starts the count again; at the deadline it throws PROOF_FAILED with what was last seen.
 */
export async function proveRunning(
  url: string,
  expected: Expected,
  rules: ProofRules,
  ports: { prober: Prober; clock: Clock },
  onProbe: (sentence: string) => void = () => undefined,
): Promise<void> {
  const deadline = ports.clock.now().getTime() + rules.timeoutMs;
  let inARow = 0;
  for (;;) {
    const problem = judgeAnswer(await ports.prober.probe(url), expected);
    inARow = problem === null ? inARow + 1 : 0;
    onProbe(problem ?? `answer ${inARow} of ${rules.probes} is right`);
    if (inARow >= rules.probes) return;
    if (ports.clock.now().getTime() >= deadline) {
      throw new DeliveryError(
        'PROOF_FAILED',
        `${url} did not prove the image within ${rules.timeoutMs / 1000} s; last seen: ${problem ?? 'too few right answers in a row'}.`,
      );
    }
    await ports.clock.sleep(rules.intervalMs);
  }
}
