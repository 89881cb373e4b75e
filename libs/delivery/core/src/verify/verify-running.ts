import type { Clock } from '../clock.ts';
import { coreError } from '../errors/catalog.ts';
import type { Digest } from '../image/digest.ts';
import type { Prober, Target } from '../ports.ts';
import {
  compareRunning,
  type Comparison,
  type ExpectedImage,
  type RunningState,
  warningsOf,
} from './compare-running.ts';
import { createWatch } from './watch.ts';

/** When a rollout counts as verified. */
export interface VerificationRules {
  /** Answers in a row that must be right before the service is watched. */
  readonly probes: number;
  readonly intervalMs: number;
  /** For getting the first right answers. */
  readonly timeoutMs: number;
  /** How long all answers must stay right afterwards, from the same instances. */
  readonly windowMs: number;
}

/** What is asked, and what the platform tells of the service's containers. */
export interface VerificationPorts {
  readonly prober: Prober;
  readonly clock: Clock;
  readonly target: Pick<Target, 'replicas'>;
}

/** A verified service: what is not as it should be all the same, for people. */
export interface Verified {
  readonly warnings: readonly string[];
}

/**
 * Asks the service itself until it has said `probes` times in a row that it is the expected image, and then watches it:
 * within the window there must be no other answer, no restart, no instance that comes or goes, and no old container.
 * Whatever else is seen starts the watch again; an instance that ended and was started again ends it.
 * @throws SERVICE_RESTARTS when the new version ended after it had been well
 * @throws SERVICE_UNREACHABLE, SERVICE_STILL_OLD, SERVICE_WRONG_IMAGE, SERVICE_WRONG_ENVIRONMENT, SERVICE_DEGRADED or
 * SERVICE_UNHEALTHY at the deadline, by what was last seen; SERVICE_ROLLED_BACK when the expected image had answered in
 * between and the previous one does now.
 */
export async function verifyRunning(
  url: string,
  digest: Digest,
  expected: ExpectedImage,
  rules: VerificationRules,
  { prober, clock, target }: VerificationPorts,
  onProbe: (message: string) => void = () => undefined,
): Promise<Verified> {
  const now = () => clock.now().getTime();
  let deadline = now() + rules.timeoutMs + rules.windowMs;
  let looked = now();
  const watch = createWatch(digest, target);
  let inARow = 0;
  let since: number | null = null;
  let seenNew = false;
  /** Time in which this process was held up, as by a lid that is closed, is nobody's fault, and no watching. */
  const passOver = () => {
    const gap = now() - looked - rules.intervalMs;
    looked = now();
    if (gap <= HELD_UP_MS) return;
    deadline += gap;
    since = since === null ? null : since + gap;
  };
  let last: Comparison;
  /** What was answered last that was not right, while the service was watched. */
  let fall: Comparison | null = null;
  let trouble: string | null = null;
  for (;;) {
    last = compareRunning(await prober.probe(url), expected);
    passOver();
    seenNew ||= last.state === 'right' || last.state === 'unhealthy' || last.state === 'degraded';
    if (last.state !== 'right' || last.report === null) {
      if (since !== null) {
        watch.fall();
        fall = last;
      }
      [inARow, since] = [0, null];
      onProbe(last.message);
    } else {
      inARow += 1;
      const isNew = await watch.meet(last.report.instance, since !== null);
      if (inARow < rules.probes) onProbe(`answer ${inARow} of ${rules.probes} is right`);
      else if (since === null || isNew) {
        since = now();
        await watch.begin();
      }
      if (since !== null && now() - since >= rules.windowMs) {
        trouble = await watch.end();
        if (trouble === null) return { warnings: warningsOf(last.report) };
        onProbe(trouble);
        since = now();
      } else if (since !== null) {
        const [passed, all] = [now() - since, rules.windowMs].map((ms) => Math.round(ms / 1000));
        onProbe(`watched for ${passed} of ${all} s`);
      }
    }
    passOver();
    if (now() + rules.intervalMs > deadline) break;
    await clock.sleep(rules.intervalMs);
  }
  const { state, message } = last.state === 'right' && fall !== null ? fall : last;
  const seen = trouble ?? (state === 'right' ? 'too few right answers in a row' : message);
  const code = () => {
    if (seenNew && last.state === 'previous-version') return 'SERVICE_ROLLED_BACK';
    if (trouble !== null && last.state === 'right') return 'SERVICE_STILL_OLD';
    return watch.fell() && state === 'unreachable' ? 'SERVICE_RESTARTS' : CODES[state];
  };
  throw coreError(
    code(),
    `${url} did not verify the image within ${(rules.timeoutMs + rules.windowMs) / 1000} s; last seen: ${seen}.`,
  );
}

/** More than a probe and a question to the platform take; milliseconds. */
const HELD_UP_MS = 7000;

const CODES = {
  right: 'SERVICE_UNHEALTHY', // Right at last, but not often enough in a row.
  degraded: 'SERVICE_DEGRADED',
  unhealthy: 'SERVICE_UNHEALTHY',
  'previous-version': 'SERVICE_STILL_OLD',
  'wrong-image': 'SERVICE_WRONG_IMAGE',
  'wrong-service': 'SERVICE_WRONG_IMAGE',
  'wrong-environment': 'SERVICE_WRONG_ENVIRONMENT',
  unreachable: 'SERVICE_UNREACHABLE',
} as const satisfies Record<RunningState, string>;
