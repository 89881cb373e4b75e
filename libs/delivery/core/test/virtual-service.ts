import type { ProbeAnswer, Replica } from '../src/index.ts';
import { verifyRunning } from '../src/verify/verify-running.ts';

/** What should answer. */
export const expected = {
  service: 'ehr-api',
  environment: 'staging',
  fingerprint: 'new',
  previousFingerprint: 'old',
  passed: ['database'],
};
const digest = `sha256:${'b'.repeat(64)}` as const;
/** A health report of the expected image, less what `changes` says otherwise. */
export const says = (changes: Record<string, unknown> = {}, status = 200): ProbeAnswer => ({
  kind: 'answer',
  status,
  // As it arrives: a field that is not there is not there.
  body: JSON.parse(
    JSON.stringify({
      status: 'pass',
      service: 'ehr-api',
      version: '1',
      revision: 'r',
      fingerprint: 'new',
      environment: 'staging',
      instance: 'one',
      checks: {},
      ...changes,
    }),
  ) as unknown,
});

/** A service in virtual time: what its address answers, and what its platform tells, at a time in ms. */
export function serviceOf(
  answerAt: (time: number, asked: number) => ProbeAnswer,
  replicasAt: (time: number) => readonly Replica[] | null = () => null,
) {
  let time = 0;
  let asked = 0;
  return {
    time: () => time,
    asked: () => asked,
    prober: { probe: async () => answerAt(time, asked++) },
    target: { replicas: async () => replicasAt(time) },
    clock: {
      now: () => new Date(time),
      elapsed: () => time,
      every: () => () => undefined,
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
    },
  };
}
const rules = { probes: 3, intervalMs: 100, timeoutMs: 2000, windowMs: 0 };
/** Verifies it with less patience than in earnest; without a window unless `changes` has one. */
export const verify = (world: ReturnType<typeof serviceOf>, changes: Partial<typeof rules> = {}) =>
  verifyRunning('http://x/health', digest, expected, { ...rules, ...changes }, world);
/** Answers in turn, then the last for ever. */
export const inTurn = (...answers: ProbeAnswer[]) =>
  serviceOf((_time, asked) => answers[Math.min(asked, answers.length - 1)] ?? says());
/** A running container of the expected image. */
export const replica = (changes: Partial<Replica> = {}): Replica => ({
  image: { registry: 'r', repository: 'ehr-api', digest },
  state: 'running',
  restarts: 0,
  ...changes,
});

/** The previous version answers. */
export const old = says({ fingerprint: 'old' });
/** Nothing answers. */
export const silence: ProbeAnswer = { kind: 'silence', message: 'ECONNREFUSED' };
