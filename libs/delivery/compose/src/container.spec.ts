import { parseReference } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import type { Compose } from './compose.ts';
import { inspectService, judgeContainer, type Container } from './container.ts';

/** Answers as `docker compose ps` and `docker inspect` do. */
const compose = (containers: unknown[]): Compose => ({
  run: async () => (containers.length === 0 ? '' : 'abc'),
  docker: async () => JSON.stringify(containers),
});
const image = `127.0.0.1:5050/ehr-connect/ehr-api:local@sha256:${'a'.repeat(64)}`;
const running = (HostIp: string) => ({
  Config: { Image: image, Env: ['EHR_REVISION=abc', 'EHR_VERSION=1.0.0', 'EQUATION=a=b'] },
  NetworkSettings: { Ports: { '3000/tcp': [{ HostIp, HostPort: '4201' }] } },
});
const options = { service: 'ehr-api', healthPath: '/health' };

describe('inspectService', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
    ['::', '127.0.0.1'],
    ['::1', '[::1]'],
    ['fd00::2', '[fd00::2]'],
  ])('reads image, revision and version; published on %s it is asked on %s', async (published, asked) => {
    expect(await inspectService(compose([running(published)]), options)).toEqual({
      image: parseReference(image),
      healthUrl: `http://${asked}:4201/health`,
      revision: 'abc',
      version: '1.0.0',
    });
  });

  it('knows a service that never ran', async () => {
    expect(await inspectService(compose([]), options)).toEqual({
      image: null,
      healthUrl: null,
      revision: null,
      version: null,
    });
  });

  it('knows no address of a service that publishes none', async () => {
    const unpublished = { ...running('x'), NetworkSettings: { Ports: { '3000/tcp': null } } };
    expect((await inspectService(compose([unpublished]), options)).healthUrl).toBeNull();
  });
});

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
