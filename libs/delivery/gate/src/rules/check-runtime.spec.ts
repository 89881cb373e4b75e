import { describe, expect, it } from 'vitest';
import { checkRuntime } from './check-runtime.ts';

const Healthcheck = { Test: ['CMD', 'node', 'health.js'] };
const judged = (config: object) =>
  checkRuntime({ os: 'linux', architecture: 'amd64', config }).map(({ rule }) => rule);

describe('checkRuntime', () => {
  it.each(['', '0', '0:0', '00', '0:1000', 'root', 'node', 'node:1000', '-1', '4294967296', '1e3'])(
    'refuses the user "%s"',
    (User) => {
      expect(judged({ User, Healthcheck })).toEqual(['root-user']);
    },
  );

  it.each(['1000', '1000:1000', '65532:0'])('accepts the user "%s"', (User) => {
    expect(judged({ User, Healthcheck })).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', { Test: [] }],
    ['one that is switched off', { Test: ['NONE'] }],
    ['one without a test', {}],
  ])('refuses %s for a health check', (_what, check) => {
    expect(judged({ User: '1000', Healthcheck: check })).toEqual(['health-check']);
  });

  it('refuses an image without any config', () => {
    expect(judged({})).toEqual(['root-user', 'health-check']);
  });
});
