import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Happening, lockTag } from '@ehr/delivery-core';
import { createRegistry, readImageLayout } from '@ehr/delivery-registry';
import { createHealthReport } from '@ehr/health';
import { type FakeDokploy, type FakeService, startFakeDokploy, writeImageLayout } from '@ehr/testing-fakes';
import { freePort, requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDoctor } from '../../test/run-doctor.ts';

const auth = { username: 'clinic', password: 'canary-registry-token' };
const fingerprint = 'f'.repeat(64);

/** A real registry that refuses strangers, a Dokploy, and a service that says whatever a test lets it say. */
describe.skipIf(!requireOrSkip('registry'))('doctor', () => {
  let root: string;
  let registry: RunningRegistry;
  let fake: FakeDokploy;
  let service: FakeService;
  let running: Server;
  let reply: { status: number; body: unknown };
  const identity = {
    service: 'ehr-api',
    version: '1.0.0',
    revision: 'abc',
    fingerprint,
    environment: 'staging',
    instance: 'i1',
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ehr-doctor-'));
    registry = await startRegistry({ auth });
    fake = await startFakeDokploy();
    service = fake.addService({ name: 'ehr-api', kind: 'compose', sourceType: 'raw' });
    reply = { status: 200, body: createHealthReport(identity, {}) };
    running = createServer((_, response) => {
      response
        .writeHead(reply.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(reply.body));
    });
    await new Promise<void>((ready) => running.listen(0, '127.0.0.1', ready));
  });
  afterEach(async () => {
    await new Promise((done) => running.close(done));
    await Promise.all([registry.stop(), fake.stop()]);
    await rm(root, { recursive: true });
  });

  const repository = () =>
    createRegistry({ registry: registry.host, repository: 'clinic/ehr-api', credentials: auth });
  async function ship(platforms = ['linux/amd64', 'linux/arm64'], of = fingerprint) {
    const directory = join(root, randomBytes(4).toString('hex'));
    await writeImageLayout(directory, {
      fingerprint: of,
      platforms: Object.fromEntries(platforms.map((name) => [name, [randomBytes(100)]])),
    });
    const { digest } = await repository().push(await readImageLayout(directory), () => undefined);
    await repository().tag(digest, 'staging');
    return digest;
  }
  async function note(kind: Happening['kind'], digest: Awaited<ReturnType<typeof ship>>, reason = 'a test') {
    const what = { service: 'ehr-api', environment: 'staging', fingerprint, revision: 'abc', version: '1' };
    const at = new Date().toISOString();
    await repository().journal.append([{ ...what, run: '0123456789ab', kind, digest, at, reason }]);
  }
  async function find(changes: Readonly<Record<string, string>> = {}) {
    const found = await runDoctor(root, {
      REGISTRY: registry.host,
      DOCKERHUB_USERNAME: 'clinic',
      DOCKERHUB_TOKEN: auth.password,
      DOKPLOY_URL: fake.url,
      DOKPLOY_API_KEY: fake.ownerKey,
      DOKPLOY_API_COMPOSE_ID: service.id,
      API_PUBLIC_URL: `http://127.0.0.1:${(running.address() as AddressInfo).port}`,
      ...changes,
    });
    for (const secret of ['canary', fake.ownerKey]) expect(JSON.stringify(found)).not.toContain(secret);
    return found;
  }
  const verdicts = (found: Awaited<ReturnType<typeof find>>, ...names: (keyof typeof found)[]) =>
    names.map((name) => found[name].verdict);

  it('is content with a registry, an image and a service that fit together', async () => {
    await note('released', await ship());
    const found = await find();
    expect(
      verdicts(found, 'settings', 'registry-reachable', 'registry-read', 'registry-write', 'environment-tag'),
    ).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(
      verdicts(found, 'image-platforms', 'public-route', 'running-image', 'image-blocked', 'deploy-running'),
    ).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(found['registry-rate-limit']).toMatchObject({ verdict: 'not-used' });
    expect(await repository().listTags('')).toEqual(['journal', 'journal-00000001-0123456789ab', 'staging']);
  });

  it('says before the first deploy that there is nothing yet, and fails for none of it', async () => {
    const found = await find({ API_PUBLIC_URL: `http://127.0.0.1:${await freePort()}` });
    expect(verdicts(found, 'environment-tag', 'public-route')).toEqual(['warn', 'warn']);
    expect(verdicts(found, 'image-platforms', 'running-image', 'image-blocked')).toEqual(
      Array(3).fill('unknown'),
    );
  });

  it('says that the sign-in is wrong, or missing', async () => {
    for (const token of ['canary-wrong', '']) {
      const found = await find({ DOCKERHUB_TOKEN: token });
      expect(verdicts(found, 'registry-reachable', 'registry-read', 'registry-write')).toEqual([
        'ok',
        'fail',
        'fail',
      ]);
    }
  });

  it('names the platform that is missing', async () => {
    await ship(['linux/amd64']);
    const found = (await find())['image-platforms'];
    expect([found.verdict, found.message]).toEqual(['fail', 'linux/arm64 missing; it has linux/amd64']);
  });

  it('says that the service is not healthy', async () => {
    reply = { status: 503, body: createHealthReport(identity, { database: { status: 'fail' } }) };
    expect((await find())['public-route']).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('not healthy (database)') as string,
    });
  });

  it('says that what runs is not what the tag names; after a rollback that is no failure', async () => {
    const digest = await ship(undefined, 'e'.repeat(64));
    expect((await find())['running-image']).toMatchObject({
      verdict: 'fail',
      hint: 'Deploy or roll back; `nx run ehr-api:history` tells what happened.',
    });
    await note('frozen', digest);
    const found = await find();
    expect(verdicts(found, 'running-image', 'environment-frozen')).toEqual(['warn', 'warn']);
  });

  it('reads blocks and locks out of the journal', async () => {
    const digest = await ship();
    await note('blocked', digest);
    const lock = {
      holder: 'x',
      run: '0123456789ab',
      address: 'https://ci.example.org/runs/7',
      lifeMs: 60_000,
    };
    await repository().documents.write(lockTag('staging'), JSON.stringify(lock));
    const found = await find();
    expect(found['image-blocked'].verdict).toBe('fail');
    expect(found.journal).toMatchObject({ verdict: 'ok' });
    expect(found['deploy-running']).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('https://ci.example.org/runs/7') as string,
    });
  });

  it('names what is in the journal and is none of it', async () => {
    await note('released', await ship());
    await repository().documents.write('journal-00000099-ffffffffffff', '{}');
    expect((await find()).journal).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('journal-00000099-ffffffffffff cannot be read') as string,
    });
    await repository().documents.remove('journal-00000099-ffffffffffff');
  });

  it('wants a log-in in Dokploy for a registry that refuses strangers', async () => {
    expect((await find())['dokploy-registry-login'].verdict).toBe('fail');
    const member = fake.addKey({ member: { services: [service.id] } });
    expect((await find({ DOKPLOY_API_KEY: member }))['dokploy-registry-login']).toMatchObject({
      verdict: 'unknown',
      hint: expect.stringContaining('an owner’s DOKPLOY_API_KEY') as string,
    });
    fake.world.registries.push({
      ...{ registryId: 'r', registryName: 'ours', imagePrefix: null, createdAt: '', organizationId: 'o' },
      ...{ ...auth, registryUrl: registry.host, registryType: 'cloud' },
    });
    expect((await find())['dokploy-registry-login'].verdict).toBe('ok');
    const open = await startRegistry();
    expect((await find({ REGISTRY: open.host }))['dokploy-registry-login'].verdict).toBe('not-used');
    await open.stop();
  });
});
