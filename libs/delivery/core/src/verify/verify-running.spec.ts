import { describe, expect, it } from 'vitest';
import { expected, inTurn, old, says, silence, verify } from '../../test/virtual-service.ts';
import type { ProbeAnswer } from '../index.ts';
import { compareRunning, type RunningState } from './compare-running.ts';

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
      'another environment',
      says({ environment: 'prod' }),
      'wrong-environment',
      'it is prod that answers, not staging',
    ],
    [
      'an image from before environments were said',
      says({ environment: undefined }),
      'right',
      'it is the right image and healthy',
    ],
    [
      'the right image, less well than before',
      says({ status: 'warn', checks: { database: { status: 'warn', detail: 'slow' } } }),
      'degraded',
      'it is the right image, but what passed before does not: database: slow',
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
  it('needs three right answers in a row', async () => {
    const world = inTurn(says());
    await verify(world);
    expect(world.asked()).toBe(3);
  });

  it('starts counting again after a wrong answer', async () => {
    const world = inTurn(says(), says(), old, says());
    await verify(world);
    expect(world.asked()).toBe(6);
  });

  it('tells what the service warns of, and that an older image says no environment', async () => {
    const warning = { checks: { disk: { status: 'warn', detail: '91 % full' } }, status: 'warn' };
    expect(await verify(inTurn(says(warning)))).toEqual({ warnings: ['disk: 91 % full'] });
    const older = says({ environment: undefined, instance: undefined });
    expect((await verify(inTurn(older))).warnings.join()).toContain('does not say which environment');
  });

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
    ['saw another environment', [says({ environment: 'prod' })], 'SERVICE_WRONG_ENVIRONMENT', 'it is prod'],
    [
      'saw the new one, never well',
      [says({ status: 'fail' }, 503)],
      'SERVICE_UNHEALTHY',
      'not healthy (503)',
    ],
    [
      'saw the new one, less well than before',
      [says({ status: 'warn', checks: { database: { status: 'warn' } } })],
      'SERVICE_DEGRADED',
      'database',
    ],
    ['heard nothing', [silence], 'SERVICE_UNREACHABLE', 'nothing answered (ECONNREFUSED)'],
    ['saw the new one and then nothing', [says(), silence], 'SERVICE_UNREACHABLE', 'nothing answered'],
  ])('gives up at the deadline when it %s', async (_name, answers, code, message) => {
    const verification = verify(inTurn(...answers));
    await expect(verification).rejects.toMatchObject({
      code,
      message: expect.stringContaining(
        `http://x/health did not verify the image within 2 s; last seen: `,
      ) as string,
    });
    await expect(verification).rejects.toThrow(message);
  });
});
