import { waitUntil, type Clock } from '../clock.ts';
import { coreError } from '../errors/catalog.ts';
import type { Prober } from '../ports.ts';
import { compareRunning, type Comparison, type ExpectedImage, type RunningState } from './compare-running.ts';

/** When a rollout counts as verified. */
export interface VerificationRules {
  /** Answers in a row that must be right. */
  readonly probes: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/**
 * Asks the service itself until it has said `probes` times in a row that it is the expected image. A wrong answer
 * starts the count again.
 * @throws SERVICE_UNREACHABLE, SERVICE_STILL_OLD, SERVICE_WRONG_IMAGE or SERVICE_UNHEALTHY at the deadline, by what was
 * last seen; SERVICE_ROLLED_BACK when the expected image had answered in between.
 */
export async function verifyRunning(
  url: string,
  expected: ExpectedImage,
  rules: VerificationRules,
  { prober, clock }: { prober: Prober; clock: Clock },
  onProbe: (message: string) => void = () => undefined,
): Promise<void> {
  let inARow = 0;
  let seenNew = false;
  let last: Comparison | undefined;
  const patience = { deadline: clock.now().getTime() + rules.timeoutMs, everyMs: rules.intervalMs };
  const verified = await waitUntil(clock, patience, async () => {
    last = compareRunning(await prober.probe(url), expected);
    seenNew ||= last.state === 'right' || last.state === 'unhealthy';
    inARow = last.state === 'right' ? inARow + 1 : 0;
    onProbe(last.state === 'right' ? `answer ${inARow} of ${rules.probes} is right` : last.message);
    return inARow >= rules.probes ? true : undefined;
  });
  if (verified) return;
  const { state, message } = last ?? compareRunning(null, expected);
  throw coreError(
    seenNew && state === 'previous-version' ? 'SERVICE_ROLLED_BACK' : CODES[state],
    `${url} did not verify the image within ${rules.timeoutMs / 1000} s; last seen: ${state === 'right' ? 'too few right answers in a row' : message}.`,
  );
}

const CODES = {
  right: 'SERVICE_UNHEALTHY', // Right at last, but not often enough in a row.
  unhealthy: 'SERVICE_UNHEALTHY',
  'previous-version': 'SERVICE_STILL_OLD',
  'wrong-image': 'SERVICE_WRONG_IMAGE',
  'wrong-service': 'SERVICE_WRONG_IMAGE',
  unreachable: 'SERVICE_UNREACHABLE',
} as const satisfies Record<RunningState, string>;
