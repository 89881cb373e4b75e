import { describe, expect, it } from 'vitest';
import type { Container } from './inspect-container.ts';
import { judgeContainer } from './judge-container.ts';

const container = (state: Partial<Container['State']>, RestartCount = 0): Container => ({
  Id: 'c',
  RestartCount,
  Config: { Image: 'i' },
  State: { Status: 'running', ExitCode: 0, ...state },
  NetworkSettings: { Ports: {} },
});

describe('judgeContainer', () => {
  it.each<[string, Container | null, string]>([
    ['healthy', container({ Health: { Status: 'healthy' } }), 'healthy'],
    ['running without a health check', container({}), 'healthy'],
    ['still starting', container({ Health: { Status: 'starting' } }), 'waiting'],
    ['created, not yet started', container({ Status: 'created' }), 'waiting'],
    ['failing its health check', container({ Health: { Status: 'unhealthy' } }), 'unhealthy'],
    ['ended', container({ Status: 'exited', ExitCode: 3 }), 'crashes'],
    ['restarting', container({ Status: 'restarting', ExitCode: 1 }, 1), 'crashes'],
    ['running again after a crash', container({ Health: { Status: 'healthy' } }, 2), 'crashes'],
    ['gone', null, 'crashes'],
  ])('of one that is %s', (_name, given, kind) => {
    expect(judgeContainer(given).kind).toBe(kind);
  });

  it('tells the exit code', () => {
    expect(judgeContainer(container({ Status: 'exited', ExitCode: 137 }))).toMatchObject({
      message: 'ended with exit code 137',
    });
  });
});
