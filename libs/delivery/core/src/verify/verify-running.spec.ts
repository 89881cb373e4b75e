import { describe, expect, it } from 'vitest';
import { compareRunning, type RunningState } from './compare-running.ts';
import type { ProbeAnswer } from '../index.ts';
import { verifyRunning } from './verify-running.ts';

const expected = { service: 'ehr-api', fingerprint: 'new', previousFingerprint: 'old' };
const says = (changes: Record<string, unknown> = {}, status = 200): ProbeAnswer => ({
  kind: 'answer',
  status,
  body: {
    status: 'pass',
    service: 'ehr-api',
    version: '1',
    revision: 'r',
    fingerprint: 'new',
    checks: {},
    ...changes,
  },
});

describe('compareRunning', () => {
  it.each<[string, ProbeAnswer, RunningState, string]>([
    ['the right image', says(), 'right', 'it is the right image and healthy'],
    [
      'the right image with a warning',
      says({ status: 'warn' }),
      'right',
      'it is the right image and healthy',
    ],
    [
      'the old image, which also answers 200',
      says({ fingerprint: 'old' }),
      'previous-version',
      'it runs fingerprint old, not new',
    ],
    [
      'an image that is neither',
      says({ fingerprint: 'strange' }),
      'wrong-image',
      'it runs fingerprint strange, not new',
    ],
    [
      'another service',
      says({ service: 'ehr-web' }),
      'wrong-service',
      'it is ehr-web that answers, not ehr-api',
    ],
    [
      'the right image, sick',
      says({ status: 'fail', checks: { database: { status: 'fail' } } }, 503),
      'unhealthy',
      'it is the right image but not healthy (database)',
    ],
    [
      'a proxy’s page',
      { kind: 'answer', status: 502, body: null },
      'unreachable',
      'status 502, but no health report: the answer is not a JSON object',
    ],
    [
      'nobody',
      { kind: 'silence', message: 'ECONNREFUSED' },
      'unreachable',
      'nothing answered (ECONNREFUSED)',
    ],
  ])('of %s', (_name, answer, state, message) => {
    expect(compareRunning(answer, expected)).toMatchObject({ state, message });
  });
});

describe('verifyRunning', () => {
  /** Answers in turn, then the last for ever; time passes by sleeping. */
  function ports(...answers: ProbeAnswer[]) {
    let time = 0;
    let asked = 0;
    return {
      asked: () => asked,
      prober: { probe: async () => answers[Math.min(asked++, answers.length - 1)] ?? says() },
      clock: {
        now: () => new Date(time),
        sleep: async (milliseconds: number) => {
          time += milliseconds;
        },
      },
    };
  }
  const rules = { probes: 3, intervalMs: 100, timeoutMs: 2000 };

  it('needs three right answers in a row', async () => {
    const world = ports(says());
    await verifyRunning('http://x/health', expected, rules, world);
    expect(world.asked()).toBe(3);
  });

  it('starts counting again after a wrong answer', async () => {
    const world = ports(says(), says(), says({ fingerprint: 'old' }), says());
    await verifyRunning('http://x/health', expected, rules, world);
    expect(world.asked()).toBe(6);
  });

  const old = says({ fingerprint: 'old' });
  const silence: ProbeAnswer = { kind: 'silence', message: 'ECONNREFUSED' };
  it.each<[string, ProbeAnswer[], string, string]>([
    ['only ever saw the old image', [old], 'SERVICE_STILL_OLD', 'it runs fingerprint old, not new'],
    [
      'saw the new one give way to the old',
      [says(), says(), old],
      'SERVICE_ROLLED_BACK',
      'it runs fingerprint old',
    ],
    [
      'saw the new one sick and then the old',
      [says({ status: 'fail' }, 503), old],
      'SERVICE_ROLLED_BACK',
      'old',
    ],
    ['saw another image', [old, says({ fingerprint: 'x' })], 'SERVICE_WRONG_IMAGE', 'it runs fingerprint x'],
    [
      'saw the new one, never well',
      [says({ status: 'fail' }, 503)],
      'SERVICE_UNHEALTHY',
      'not healthy (503)',
    ],
    ['heard nothing', [silence], 'SERVICE_UNREACHABLE', 'nothing answered (ECONNREFUSED)'],
    ['saw the new one and then nothing', [says(), silence], 'SERVICE_UNREACHABLE', 'nothing answered'],
  ])('gives up at the deadline when it %s', async (_name, answers, code, sentence) => {
    const verification = verifyRunning('http://x/health', expected, rules, ports(...answers));
    await expect(verification).rejects.toMatchObject({
      code,
      message: expect.stringContaining(
        `http://x/health did not verify the image within 2 s; last seen: `,
      ) as string,
    });
    await expect(verification).rejects.toThrow(sentence);
  });
});
