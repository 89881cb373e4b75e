import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPinned, parseReference, type Pin } from '@ehr/delivery-core';
import { provideBaseImage, requireOrSkip, startRegistry } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComposeTarget } from './index.ts';

const BASE = requireOrSkip('engine') ? (await provideBaseImage(() => undefined)).reference : '';
const PROJECT = `ehr-compose-e2e-${process.pid}`;
const FIXED = `${PROJECT}-records`;
const FOREIGN = `${PROJECT}-foreign`;

/** A service that says its version; what else it does is its mode. */
const server = `
const { MODE, VERSION, PORT = 3000 } = process.env;
const { appendFileSync, readFileSync } = require('node:fs');
process.on('SIGTERM', () => process.exit(0));
if (MODE === 'crash') throw new Error('cannot start');
if (MODE === 'unset') { console.error('EHR_API_URL is required'); process.exit(78); }
if (MODE === 'late') {
  appendFileSync('/tmp/starts', '.');
  if (readFileSync('/tmp/starts', 'utf8').length < 3) process.exit(75);
}
require('node:http').createServer((_, answer) => answer.end(VERSION)).listen(PORT);
`;
const dockerfile = `FROM ${BASE}
ARG VERSION MODE=ok
ENV VERSION=\${VERSION} MODE=\${MODE}
LABEL connect.ehr.data=/data connect.ehr.data-unless=DATABASE_URL
COPY server.js /server.js
HEALTHCHECK --interval=1s --timeout=2s --retries=2 --start-period=1s CMD ["node", "-e", "require('http').get('http://127.0.0.1:3000', (a) => process.exit(a.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
`;
const START = 'CMD ["node", "/server.js"]\n';
const composeFile = `services:
  ehr-api:
    image: \${REGISTRY}/\${DOCKERHUB_USERNAME}/ehr-api:\${API_IMAGE_TAG:-none}
    restart: unless-stopped
    ports: ['127.0.0.1:\${API_PORT:-0}:3000']
    environment: { EHR_ENVIRONMENT: '\${EHR_ENVIRONMENT:-}', EHR_REVISION: '\${API_REVISION:-}', DATABASE_URL: '\${DATABASE_URL:-}' }
    volumes: ['records:/data', 'foreign:/foreign', 'scoped:/scoped']
  other:
    profiles: [other]
    image: ${BASE}
    volumes: ['records:/data']
volumes:
  records: { name: ${FIXED} }
  foreign: { name: ${FOREIGN}, external: true }
  scoped:
`;

const docker = async (...args: string[]) => (await execa('docker', args)).stdout.trim();
const clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  every: () => () => undefined,
  sleep: async (milliseconds: number) => void (await sleep(milliseconds)),
};

describe.skipIf(BASE === '')('a compose target on a real engine', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let directory: string;
  let repository: string;
  const pins = new Map<string, Pin>();
  const pin = (version: string): Pin => pins.get(version)!;

  const target = (variables: Record<string, string> = {}) =>
    createComposeTarget({
      directory,
      project: PROJECT,
      service: 'ehr-api',
      variablePrefix: 'API',
      environment: 'staging',
      variables,
      registry: registry.host,
      namespace: 'compose-e2e',
      healthPath: '/',
      timeoutMs: 40_000,
      clock,
    });
  const rollOut = async (version: string) => {
    await target().trigger(pin(version));
    await target().settle(() => undefined);
  };
  const running = async () => (await fetch((await target().inspect()).healthUrl!)).text();

  beforeAll(async () => {
    [registry, directory] = await Promise.all([startRegistry(), mkdtemp(join(tmpdir(), 'ehr-compose-'))]);
    repository = `${registry.host}/compose-e2e/ehr-api`;
    await writeFile(join(directory, 'server.js'), server);
    await writeFile(join(directory, 'docker-compose.yml'), composeFile);
    await docker('volume', 'create', FOREIGN);
    for (const [version, mode, command] of [
      ['v1', 'ok', START],
      ['v2', 'ok', START],
      ['crash', 'crash', START],
      ['unset', 'unset', START],
      ['late', 'late', START],
      ['hollow', 'ok', 'CMD ["/nowhere"]\n'],
    ] as const) {
      await writeFile(join(directory, 'Dockerfile'), dockerfile + command);
      const tag = `${repository}:${version}`;
      const args = ['--build-arg', `VERSION=${version}`, '--build-arg', `MODE=${mode}`];
      await docker('build', '--quiet', '--provenance=false', '--tag', tag, ...args, directory);
      await docker('push', '--quiet', tag);
      const [digest = ''] = JSON.parse(
        await docker('image', 'inspect', '--format', '{{json .RepoDigests}}', tag),
      ) as string[];
      const image = parseReference(`${tag}@${digest.split('@')[1] ?? ''}`);
      if (image === undefined || !isPinned(image)) throw new Error(`${tag} has no digest.`);
      pins.set(version, { image, revision: version, version });
    }
  }, 300_000);
  afterAll(async () => {
    await execa('docker', ['compose', '-p', PROJECT, 'down', '--volumes', '--timeout', '0'], {
      cwd: directory,
      env: { REGISTRY: registry.host, DOCKERHUB_USERNAME: 'compose-e2e' },
      reject: false,
    });
    await execa('docker', ['volume', 'rm', '--force', FIXED, FOREIGN], { reject: false });
    const left = [
      ...new Set((await docker('image', 'ls', '--quiet', repository)).split('\n').filter(Boolean)),
    ];
    if (left.length > 0) await execa('docker', ['image', 'rm', '--force', ...left], { reject: false });
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('tells nothing of a service that never ran, but whether it will keep its data', async () => {
    expect(await target().inspect()).toMatchObject({ image: null, digest: null, healthUrl: null });
    expect(await target().replicas()).toEqual([]);
  });

  it('runs the pinned digest, and tells what runs', async () => {
    await rollOut('v1');
    expect(await running()).toBe('v1');
    const { image } = pin('v1');
    expect(await target().inspect()).toMatchObject({
      image,
      digest: image.digest,
      environment: 'staging',
      revision: 'v1',
      keepsData: true,
    });
    expect(await target().replicas()).toEqual([{ image, state: 'running', restarts: 0 }]);
  });

  it('removes old images from the host, but what it is told to keep, what runs, and another service’s', async () => {
    const other = `${registry.host}/compose-e2e/ehr-web:v1`;
    await docker('tag', BASE, other);
    await docker('push', '--quiet', other);
    await rollOut('v1');
    const kept = ['v1', 'v2', 'late'].map((version) => pin(version).image.digest as string);
    const digests = kept.slice(1).map((digest) => digest.slice(7, 19));
    const listed = async (name: string) =>
      new Set((await docker('image', 'ls', '--digests', '--format', '{{.Digest}}', name)).split('\n'));
    expect((await listed(repository)).size).toBe(pins.size);
    expect(await target().removeOldImages?.(digests)).toBe(pins.size - 3);
    expect(await listed(repository)).toEqual(new Set(kept));
    expect((await listed(`${registry.host}/compose-e2e/ehr-web`)).size).toBe(1);
    expect(await running()).toBe('v1');
    await docker('image', 'rm', other);
    // What the other tests roll out comes from the registry again.
    await rollOut('v2');
  });

  it.each(['v2', 'crash'])(
    'leaves every volume where it is after the smoke test of %s, also those that nobody uses just now',
    async (version) => {
      // Docker removes no volume that a container holds.
      await execa('docker', ['compose', '-p', PROJECT, 'rm', '--stop', '--force', 'ehr-api'], {
        cwd: directory,
        env: { REGISTRY: registry.host, DOCKERHUB_USERNAME: 'compose-e2e', COMPOSE_PROFILES: 'other' },
      });
      const volumes = async () =>
        (await docker('volume', 'ls', '--quiet', '--filter', `name=${PROJECT}`)).split('\n').sort();
      const before = await volumes();
      expect(before).toEqual([FIXED, FOREIGN, `${PROJECT}_scoped`].sort());
      const smokeTest = target({ COMPOSE_PROFILES: 'other' }).smokeTest!(pin(version));
      if (version === 'v2') await smokeTest;
      else await expect(smokeTest).rejects.toMatchObject({ code: 'SMOKE_TEST_FAILED' });
      expect(await volumes()).toEqual(before);
      expect(await docker('ps', '--all', '--quiet', '--filter', `name=${PROJECT}-smoke`)).toBe('');
    },
    60_000,
  );

  it.each([
    ['crash', 'SERVICE_CRASHES', 'image-fault'],
    ['unset', 'DEPENDENCY_MISSING', 'unknown'],
    ['hollow', 'IMAGE_UNSTARTABLE', 'image-fault'],
  ])(
    'calls the failure of %s %s',
    async (version, code, effect) => {
      await expect(rollOut(version)).rejects.toMatchObject({ code, effect });
    },
    60_000,
  );

  it('calls a port that is taken a failure of the place', async () => {
    const taken = createServer();
    await new Promise<void>((ready) => taken.listen(0, '127.0.0.1', ready));
    const { port } = taken.address() as AddressInfo;
    try {
      await expect(target({ API_PORT: String(port) }).trigger(pin('v2'))).rejects.toMatchObject({
        code: 'ROLLOUT_FAILED',
        effect: 'unknown',
      });
    } finally {
      await new Promise((closed) => taken.close(closed));
    }
  });

  it('waits for a service that starts again until its database answers', async () => {
    await rollOut('late');
    expect(await running()).toBe('late');
    expect(await target().replicas()).toMatchObject([{ state: 'running', restarts: 2 }]);
  });

  it('tells the digest of a container that was started by tag', async () => {
    const { image } = pin('v1');
    const env = { REGISTRY: registry.host, DOCKERHUB_USERNAME: 'compose-e2e', API_IMAGE_TAG: 'v1' };
    await execa('docker', ['compose', '-p', PROJECT, 'up', '--detach', 'ehr-api'], { cwd: directory, env });
    const { registry: host, repository: path, tag, digest } = image;
    const byTag = { registry: host, repository: path, tag };
    expect(await target().inspect()).toMatchObject({ image: byTag, digest });
  });

  it('puts back what the host has when the registry is gone, and leaves what runs for what it has not', async () => {
    await rollOut('v1');
    await rollOut('v2');
    await registry.stop();
    await target().restore(pin('v1'));
    await target().settle(() => undefined);
    expect(await running()).toBe('v1');
    const unknown = {
      ...pin('v1'),
      image: { ...pin('v1').image, digest: `sha256:${'0'.repeat(64)}` } as const,
    };
    await expect(target().trigger(unknown)).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      effect: 'none',
    });
    expect(await running()).toBe('v1');
  });
});
