import { describe, expect, it } from 'vitest';
import type { Container } from './container.ts';
import { judgeAtDeadline, judgeSightings, type Sighting } from './judge-container.ts';

const container = (state: Partial<Container['State']>, RestartCount = 0): Container => ({
  Id: 'c',
  Image: 'sha256:i',
  RestartCount,
  Config: { Image: 'i' },
  State: { Status: 'running', ExitCode: 0, ...state },
  NetworkSettings: { Ports: {} },
});
const healthy = { Health: { Status: 'healthy' } } as const;
const starting = { Health: { Status: 'starting' } } as const;
const down = (ExitCode: number) =>
  ({ Status: 'restarting', ExitCode, Health: { Status: 'unhealthy' } }) as const;

/** One sighting a second. */
const seen = (...containers: (Container | null)[]): Sighting[] =>
  containers.map((found, second) => ({ at: second * 1_000, container: found }));
/** A container that ends again and again, as it is seen in between. */
const loop = (exit: number) =>
  seen(container(starting), container(down(exit), 1), container(starting, 2), container(down(exit), 3));

describe('judgeSightings', () => {
  it.each<[string, Sighting[], string]>([
    ['healthy', seen(container(healthy)), 'healthy'],
    ['running without a health check, just now', seen(container({})), 'waiting'],
    [
      'running on without a health check',
      seen(container({}), container({}), container({}), container({})),
      'healthy',
    ],
    ['still starting', seen(container(starting)), 'waiting'],
    ['created, not yet started', seen(container({ Status: 'created' })), 'waiting'],
    ['failing its health check', seen(container({ Health: { Status: 'unhealthy' } })), 'unhealthy'],
    ['ended for good', seen(container({ Status: 'exited', ExitCode: 3 })), 'crashes'],
    ['gone', seen(null), 'crashes'],
    ['restarting for the first time', seen(container(starting), container(down(1), 1)), 'waiting'],
    ['restarting again and again', loop(1), 'crashes'],
    ['restarting again and again for want of its database', loop(75), 'lacking'],
    ['ended for want of a setting', seen(container({ Status: 'exited', ExitCode: 78 })), 'lacking'],
    ['well again a moment ago', seen(container(down(1), 1), container(healthy, 2)), 'waiting'],
    [
      'well again for some seconds',
      seen(container(down(1), 1), ...Array.from({ length: 4 }, () => container(healthy, 2))),
      'healthy',
    ],
    ['well, after restarts of long ago', seen(container(healthy, 7), container(healthy, 7)), 'healthy'],
  ])('of one that is %s', (_name, given, kind) => {
    expect(judgeSightings(given).kind).toBe(kind);
  });

  it('tells the exit code', () => {
    expect(judgeSightings(seen(container({ Status: 'exited', ExitCode: 137 })))).toMatchObject({
      message: 'ended with exit code 137',
    });
    expect(judgeSightings(loop(3))).toMatchObject({
      message: expect.stringContaining('exit code 3') as string,
    });
  });
});

describe('judgeAtDeadline', () => {
  it.each<[string, Sighting[], string]>([
    ['was never healthy', seen(container(starting)), 'unhealthy'],
    ['restarted', seen(container(starting), container(down(1), 1)), 'crashes'],
    ['restarted for want of its database', seen(container(starting), container(down(75), 1)), 'lacking'],
  ])('of one that %s', (_name, given, kind) => {
    expect(judgeAtDeadline(given).kind).toBe(kind);
  });
});
