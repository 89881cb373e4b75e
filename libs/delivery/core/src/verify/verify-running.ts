import { parseHealthReport } from '@ehr/health';
import { coreError } from '../errors/catalog.ts';
import type { Clock, ProbeAnswer, Prober } from '../ports.ts';

export interface VerificationRules {
  /** Answers in a row that must be right. */
  readonly probes: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface Expected {
  readonly service: string;
  readonly fingerprint: string;
  /** Of what ran before; null when that is not known, or nothing ran. */
  readonly previousFingerprint: string | null;
}

/** Everything an answer can be but right. `wrong-image`: neither the expected image nor the previous one. */
export type Problem = 'unreachable' | 'still-old' | 'wrong-image' | 'unhealthy';

export interface Judgement {
  readonly problem: Problem;
  /** About "it": the service at the address. */
  readonly says: string;
}

/** What one answer says; null when it is the expected image and healthy. */
export function judgeAnswer(answer: ProbeAnswer, expected: Expected): Judgement | null {
  if (answer.kind === 'silence') return judged('unreachable', `nothing answered (${answer.reason})`);
  const report = parseHealthReport(answer.body);
  if ('problem' in report) {
    return judged('unreachable', `status ${answer.status}, but no health report: ${report.problem}`);
  }
  if (report.service !== expected.service) {
    return judged('wrong-image', `it is ${report.service} that answers, not ${expected.service}`);
  }
  if (report.fingerprint !== expected.fingerprint) {
    const old = report.fingerprint === expected.previousFingerprint;
    return judged(
      old ? 'still-old' : 'wrong-image',
      `it runs fingerprint ${report.fingerprint.slice(0, 12)}, not ${expected.fingerprint.slice(0, 12)}`,
    );
  }
  if (report.status === 'fail' || answer.status !== 200) {
    const failing = Object.entries(report.checks).filter(([, check]) => check.status === 'fail');
    const names = failing.map(([name]) => name).join(', ') || answer.status;
    return judged('unhealthy', `it is the right image but not healthy (${names})`);
  }
  return null;
}

/**
 * Asks the service itself until it has said `probes` times in a row that it is the expected image. A wrong answer
 * starts the count again; at the deadline it throws, with what was last seen, SERVICE_UNREACHABLE, SERVICE_STILL_OLD,
 * SERVICE_WRONG_IMAGE, SERVICE_UNHEALTHY, or SERVICE_ROLLED_BACK when the expected image had answered in between.
 */
export async function verifyRunning(
  url: string,
  expected: Expected,
  rules: VerificationRules,
  ports: { prober: Prober; clock: Clock },
  onProbe: (sentence: string) => void = () => undefined,
): Promise<void> {
  const deadline = ports.clock.now().getTime() + rules.timeoutMs;
  let inARow = 0;
  let seenNew = false;
  for (;;) {
    const judgement = judgeAnswer(await ports.prober.probe(url), expected);
    seenNew ||= judgement === null || judgement.problem === 'unhealthy';
    inARow = judgement === null ? inARow + 1 : 0;
    onProbe(judgement?.says ?? `answer ${inARow} of ${rules.probes} is right`);
    if (inARow >= rules.probes) return;
    if (ports.clock.now().getTime() >= deadline) {
      throw coreError(
        codeOf(judgement, seenNew),
        `${url} did not verify the image within ${rules.timeoutMs / 1000} s; last seen: ${judgement?.says ?? 'too few right answers in a row'}.`,
      );
    }
    await ports.clock.sleep(rules.intervalMs);
  }
}

const CODES = {
  unreachable: 'SERVICE_UNREACHABLE',
  'still-old': 'SERVICE_STILL_OLD',
  'wrong-image': 'SERVICE_WRONG_IMAGE',
  unhealthy: 'SERVICE_UNHEALTHY',
} as const;

function codeOf(judgement: Judgement | null, seenNew: boolean) {
  if (judgement === null) return 'SERVICE_UNHEALTHY'; // Right at last, but not often enough in a row.
  return seenNew && judgement.problem === 'still-old' ? 'SERVICE_ROLLED_BACK' : CODES[judgement.problem];
}

function judged(problem: Problem, says: string): Judgement {
  return { problem, says };
}
