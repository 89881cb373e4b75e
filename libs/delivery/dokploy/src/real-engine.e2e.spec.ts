import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPinned, parseReference, type Pin, Secret } from '@ehr/delivery-core';
import { composeEngine, type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { provideBaseImage, requireOrSkip, startRegistry } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, realClock } from '../test/arrange.ts';
import { createDokployTarget, setUpService } from './index.ts';

const BASE = requireOrSkip('engine') ? (await provideBaseImage(() => undefined)).reference : '';

/** A service that says its version; `crash` ends at once, `sick` runs and is never healthy. */
const server = `
const { MODE, VERSION } = process.env;
process.on('SIGTERM', () => process.exit(0));
if (MODE === 'crash') throw new Error('cannot start');
require('node:http').createServer((_, answer) => {
  answer.statusCode = MODE === 'sick' ? 503 : 200;
  answer.end(VERSION);
}).listen(8080);
`;
const dockerfile = `FROM ${BASE}
ARG VERSION MODE=ok
ENV VERSION=\${VERSION} MODE=\${MODE}
COPY server.js /server.js
HEALTHCHECK --interval=1s --timeout=2s --retries=2 --start-period=1s CMD ["node", "-e", "require('http').get('http://127.0.0.1:8080', (a) => process.exit(a.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "/server.js"]
`;

/** The real engine, a real registry and the fake Dokploy between: what `done` comes to mean with our command. */
describe.skipIf(BASE === '')('a compose set up by us', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let directory: string;
  let fake: FakeDokploy;
  let repository: string;
  let id: string;
  const pins = new Map<string, Pin>();

  beforeAll(async () => {
    [registry, directory] = await Promise.all([startRegistry(), mkdtemp(join(tmpdir(), 'ehr-dokploy-'))]);
    repository = `${registry.host}/dokploy-e2e/ehr-api`;
    await writeFile(join(directory, 'Dockerfile'), dockerfile);
    await writeFile(join(directory, 'server.js'), server);
    for (const [version, mode] of [
      ['v1', 'ok'],
      ['v2', 'ok'],
      ['v3', 'crash'],
      ['v4', 'sick'],
    ] as const) {
      const tag = `${repository}:${version}`;
      await execa('docker', [
        ...['build', '--quiet', '--provenance=false', '--tag', tag],
        ...['--build-arg', `VERSION=${version}`, '--build-arg', `MODE=${mode}`, directory],
      ]);
      await execa('docker', ['push', '--quiet', tag]);
      const { headers } = await fetch(`${registry.url}/v2/dokploy-e2e/ehr-api/manifests/${version}`, {
        headers: {
          accept:
            'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
        },
      });
      const image = parseReference(`${tag}@${headers.get('docker-content-digest')}`);
      if (image === undefined || !isPinned(image)) throw new Error(`${tag} has no digest.`);
      pins.set(version, { image, revision: version.repeat(20), version });
      await execa('docker', ['image', 'rm', tag]);
    }
    fake = await startFakeDokploy(composeEngine(directory));
    const setUp = await setUpService({
      url: fake.url,
      apiKey: new Secret(fake.ownerKey),
      project: 'e2e',
      environment: 'staging',
      service: 'ehr-api',
      kind: 'compose',
      composeFile: `services:\n  ehr-api:\n    image: ${repository}:\${API_IMAGE_TAG:?}\n    ports: ['127.0.0.1::8080']\n    environment: { REVISION: '\${API_REVISION}' }\n`,
      waitSeconds: 30,
    });
    id = setUp.id;
  }, 300_000);

  afterAll(async () => {
    const app = fake.world.services.get(id)?.row.appName ?? '';
    await execa('docker', ['compose', '-p', app, 'down', '--timeout', '0', '--rmi', 'all'], {
      cwd: join(directory, app, 'code'),
    });
    const images = await execa('docker', ['image', 'ls', '--quiet', repository]);
    const left = [...new Set(images.stdout.split('\n').filter(Boolean))];
    if (left.length > 0) await execa('docker', ['image', 'rm', '--force', ...left], { reject: false });
    await Promise.all([fake.stop(), registry.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  const target = () =>
    createDokployTarget({
      url: fake.url,
      apiKey: new Secret(fake.ownerKey),
      kind: 'compose',
      id,
      service: 'ehr-api',
      repository: parseReference(repository)!,
      variablePrefix: 'API',
      clock: realClock,
      publicUrl: 'http://127.0.0.1',
      healthPath: '/',
      timeoutMs: 120_000,
      pollMs: 200,
    });
  const deploy = async (version: string) => {
    const dokploy = target();
    await dokploy.trigger(pins.get(version)!);
    await dokploy.settle(() => undefined);
  };
  /** What really answers. */
  const running = async () => {
    const app = fake.world.services.get(id)?.row.appName ?? '';
    const cwd = join(directory, app, 'code');
    const { stdout } = await execa('docker', ['compose', '-p', app, 'port', 'ehr-api', '8080'], { cwd });
    return (await fetch(`http://${stdout.trim()}/`)).text();
  };

  it('runs the pinned digest, healthy, when Dokploy says done', async () => {
    await deploy('v1');
    expect(await running()).toBe('v1');
    await deploy('v2');
    expect(await running()).toBe('v2');
  });

  it('fails for an image that is not there, and the old one serves on', async () => {
    const image = { ...pins.get('v1')!.image, digest: `sha256:${'0'.repeat(64)}` } as const;
    const dokploy = target();
    await dokploy.trigger({ ...pins.get('v1')!, image });
    const error = await failureOf(
      dokploy.settle(() => undefined),
      [fake.ownerKey],
    );
    expect(error.code).toBe('DOKPLOY_DEPLOY_FAILED');
    expect(error.message).toContain('not found');
    expect(await running()).toBe('v2');
  });

  it.each([
    ['v3', 'SERVICE_CRASHES'],
    ['v4', 'SERVICE_UNHEALTHY'],
  ])(
    'fails for %s, which never gets healthy, and the previous one can be put back',
    async (broken, code) => {
      expect((await failureOf(deploy(broken), [fake.ownerKey])).code).toBe(code);
      await deploy('v1');
      expect(await running()).toBe('v1');
    },
    120_000,
  );

  it.each(['v3', 'v4'])(
    'without our command Dokploy says done of %s all the same, and its container is found out',
    async (broken) => {
      const { row } = fake.world.services.get(id)!;
      const command = row['command'];
      row['command'] = '';
      const error = await failureOf(deploy(broken), [fake.ownerKey]);
      expect(error.code).toBe(broken === 'v3' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY');
      if (broken === 'v3') expect(error.message).toContain('cannot start');
      expect(fake.rows(id)[0]?.status).toBe('done');
      row['command'] = command;
    },
    120_000,
  );
});
