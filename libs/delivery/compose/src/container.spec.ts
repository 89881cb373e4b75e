import { parseReference } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import type { Compose } from './compose.ts';
import { inspectService, replicasOf } from './container.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const image = `127.0.0.1:5050/ehr-connect/ehr-api:local@${digest}`;
const labels = { 'connect.ehr.data': '/data', 'connect.ehr.data-unless': 'DATABASE_URL' };
const RepoDigests = [
  `docker.io/other/x@sha256:${'b'.repeat(64)}`,
  `127.0.0.1:5050/ehr-connect/ehr-api@${digest}`,
];

/** Answers as `docker compose` and `docker` do; `planned` is what the compose file says of the service. */
const compose = (containers: unknown[], planned: object = {}, hasImage = true): Compose => ({
  run: async (verb) => {
    expect(verb).toBe('config');
    return JSON.stringify({ services: { 'ehr-api': { image, ...planned } } });
  },
  watch: () => ({ next: () => new Promise(() => undefined), end: () => undefined }),
  containers: async () => containers.map((_, number) => `c${number}`),
  docker: async (verb) => {
    if (verb !== 'image') return JSON.stringify(containers);
    if (!hasImage) throw new Error('No such image');
    return JSON.stringify([{ RepoDigests, Config: { Labels: labels } }]);
  },
});
const running = (HostIp: string) => ({
  Id: 'c',
  Image: digest,
  RestartCount: 2,
  Config: {
    Image: image,
    Env: ['EHR_REVISION=abc', 'EHR_VERSION=1.0.0', 'EHR_ENVIRONMENT=prod', 'EQUATION=a=b'],
    Labels: labels,
  },
  State: { Status: 'running', ExitCode: 0, Health: { Status: 'healthy' } },
  Mounts: [{ Type: 'volume', Name: 'ehr_ehr-api-data', Destination: '/data' }],
  NetworkSettings: { Ports: { '3000/tcp': [{ HostIp, HostPort: '4201' }] } },
});
const options = { service: 'ehr-api', healthPath: '/health' };

describe('inspectService', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
    ['::1', '[::1]'],
    ['::', '[::1]'],
  ])('reads image, revision and version; published on %s it is asked on %s', async (published, asked) => {
    expect(await inspectService(compose([running(published)]), options)).toEqual({
      image: parseReference(image),
      digest,
      environment: 'prod',
      keepsData: true,
      healthUrl: `http://${asked}:4201/health`,
      revision: 'abc',
      version: '1.0.0',
    });
  });

  it('knows a service that never ran', async () => {
    expect(await inspectService(compose([]), options)).toEqual({
      image: null,
      digest: null,
      environment: null,
      keepsData: false,
      healthUrl: null,
      revision: null,
      version: null,
    });
  });

  it('knows no address of a service that publishes none', async () => {
    const unpublished = { ...running('x'), NetworkSettings: { Ports: { '3000/tcp': null } } };
    expect((await inspectService(compose([unpublished]), options)).healthUrl).toBeNull();
  });

  it('tells the digest of one that was started by tag', async () => {
    const byTag = { ...running('x'), Config: { ...running('x').Config, Image: image.split('@')[0] } };
    expect(await inspectService(compose([byTag]), options)).toMatchObject({
      digest,
      image: { tag: 'local' },
    });
    expect(await inspectService(compose([byTag], {}, false), options)).toMatchObject({ digest: null });
  });

  it.each<[string, object, boolean | null]>([
    ['no volume', { Mounts: [] }, false],
    [
      'an anonymous volume',
      { Mounts: [{ Type: 'volume', Name: 'f'.repeat(64), Destination: '/data' }] },
      false,
    ],
    ['memory', { Mounts: [{ Type: 'tmpfs', Destination: '/data' }] }, false],
    ['a directory of the host', { Mounts: [{ Type: 'bind', Destination: '/data' }] }, true],
    ['a database', { Mounts: [], Config: { Image: image, Labels: labels, Env: ['DATABASE_URL=x'] } }, true],
    ['an image that needs no place', { Mounts: [], Config: { Image: image, Labels: null } }, null],
  ])('says whether data is kept with %s', async (_what, changes, keepsData) => {
    const given = compose([{ ...running('x'), ...changes }]);
    expect(await inspectService(given, options)).toMatchObject({ keepsData });
  });

  it.each<[string, object, boolean, boolean | null]>([
    ['a volume', { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }, true, true],
    ['an anonymous volume', { volumes: [{ type: 'volume', target: '/data' }] }, true, false],
    ['a database', { environment: { DATABASE_URL: 'postgres://db' } }, true, true],
    ['an image that the host does not have yet', {}, false, null],
  ])(
    'says before the first run whether data will be kept with %s',
    async (_what, planned, has, keepsData) => {
      expect(await inspectService(compose([], planned, has), options)).toMatchObject({ keepsData });
    },
  );
});

describe('replicasOf', () => {
  it.each([
    [{ Status: 'running', Health: { Status: 'healthy' } }, 'running'],
    [{ Status: 'running', Health: { Status: 'unhealthy' } }, 'running'],
    [{ Status: 'running', Health: { Status: 'starting' } }, 'starting'],
    [{ Status: 'running' }, 'running'],
    [{ Status: 'restarting' }, 'starting'],
    [{ Status: 'created' }, 'starting'],
    [{ Status: 'exited' }, 'ended'],
  ])('calls one in state %j %s', async (State, state) => {
    const [replica] = await replicasOf(compose([{ ...running('x'), State }]), 'ehr-api');
    expect(replica).toEqual({ image: parseReference(image), state, restarts: 2 });
  });
});
