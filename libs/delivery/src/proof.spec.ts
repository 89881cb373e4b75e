import { describe, expect, it } from 'vitest';
import { judgeAnswer, proveRunning } from './index.ts';
import type { ProbeAnswer } from './index.ts';

const expected = { service: 'ehr-api', fingerprint: 'new' };
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

describe('judgeAnswer', () => {
  it.each<[string, ProbeAnswer, string | null]>([
    ['the right image', says(), null],
    ['the right image with a warning', says({ status: 'warn' }), null],
    [
      'the old image, which also answers 200',
      says({ fingerprint: 'old' }),
      'it runs fingerprint old, not new',
    ],
    ['another service', says({ service: 'ehr-web' }), 'it is ehr-web that answers, not ehr-api'],
    [
      'the right image, sick',
      says({ status: 'fail', checks: { database: { status: 'fail' } } }, 503),
      'it is the right image but not healthy (database)',
    ],
    [
      'a proxy’s page',
      { kind: 'answer', status: 502, body: null },
      'status 502, but no health report: the answer is not a JSON object',
    ],
    ['nobody', { kind: 'silence', reason: 'ECONNREFUSED' }, 'nothing answered (ECONNREFUSED)'],
  ])('of %s', (_name, answer, sentence) => {
    expect(judgeAnswer(answer, expected)).toBe(sentence);
  });
});

describe('proveRunning', () => {
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
    await proveRunning('http://x/health', expected, rules, world);
    expect(world.asked()).toBe(3);
  });

  it('starts counting again after a wrong answer', async () => {
    const world = ports(says(), says(), says({ fingerprint: 'old' }), says());
    await proveRunning('http://x/health', expected, rules, world);
    expect(world.asked()).toBe(6);
  });

  it('gives up at the deadline and says what it last saw', async () => {
    const world = ports(says(), says({ fingerprint: 'old' }));
    await expect(proveRunning('http://x/health', expected, rules, world)).rejects.toMatchObject({
      code: 'PROOF_FAILED',
      message:
        'http://x/health did not prove the image within 2 s; last seen: it runs fingerprint old, not new.',
    });
  });
});
