import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAttester, createCosign } from '@ehr/delivery-attest';
import { PROVENANCE_TYPE, SBOM_TYPE, Secret } from '@ehr/delivery-core';
import { createReferrers, createRegistry, readImageLayout } from '@ehr/delivery-registry';
import { writeImageLayout } from '@ehr/testing-fakes';
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDoctor } from '../../test/run-doctor.ts';

const auth = { username: 'clinic', password: 'canary-registry-token' };
const PASSWORD = 'canary-key-password';
const content = { packages: [], libraries: ['fhir'], baseImage: 'node:24-slim' };

/** What a deploy attaches and signs, as the doctor finds it: a real registry that refuses strangers, a real cosign. */
describe.skipIf(!requireOrSkip('registry') || !requireOrSkip('cosign'))('doctor on the supply chain', () => {
  let root: string;
  let registry: RunningRegistry;
  let pair: { privateKey: Secret; password: Secret; publicKey: string };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ehr-supply-chain-'));
    registry = await startRegistry({ auth });
    await execa('cosign', ['generate-key-pair'], { cwd: root, env: { COSIGN_PASSWORD: PASSWORD } });
    pair = {
      privateKey: new Secret(await readFile(join(root, 'cosign.key'), 'utf8')),
      password: new Secret(PASSWORD),
      publicKey: await readFile(join(root, 'cosign.pub'), 'utf8'),
    };
  });
  afterEach(async () => {
    await registry.stop();
    await rm(root, { recursive: true });
  });

  const place = () => ({ registry: registry.host, repository: 'clinic/ehr-api', credentials: auth });
  async function ship(fingerprint = 'f'.repeat(64)) {
    const directory = join(root, randomBytes(4).toString('hex'));
    await writeImageLayout(directory, { fingerprint, platforms: { 'linux/amd64': [randomBytes(100)] } });
    const images = createRegistry(place());
    const { digest } = await images.push(await readImageLayout(directory), () => undefined);
    await images.tag(digest, 'staging');
    return digest;
  }
  type Image = Awaited<ReturnType<typeof ship>>;
  async function attest(digest: Image, signed: boolean, fingerprint = 'f'.repeat(64)) {
    const env = { PATH: process.env['PATH'], HOME: root };
    const revision = 'c'.repeat(40);
    const attester = createAttester({
      repository: `${registry.host}/clinic/ehr-api`,
      referrers: createReferrers(place()),
      cosign: signed ? createCosign({ ...place(), key: { kind: 'key', ...pair }, env }) : null,
      source: { source: async () => ({ revision, branch: 'staging', dirty: false }) },
      content: async () => content,
      origin: async () => ({ sourceUrl: null, builderId: 'local', invocationId: 'abc' }),
    });
    const time = new Date('2026-01-01T00:00:00Z');
    const about = { service: 'ehr-api', version: '1.0.0', revision, platforms: ['linux/amd64'] };
    return attester.attest({ ...about, fingerprint, digest, startedOn: time, finishedOn: time });
  }
  async function find(more: Record<string, string> = {}) {
    const found = await runDoctor(root, {
      REGISTRY: registry.host,
      DOCKERHUB_USERNAME: 'clinic',
      DOCKERHUB_TOKEN: auth.password,
      ...more,
    });
    expect(JSON.stringify(found)).not.toContain('canary');
    return found['supply-chain'];
  }
  const withKey = () => ({ COSIGN_PUBLIC_KEY: pair.publicKey });

  it('is content with what a deploy attached and signed, to which a second one adds nothing', async () => {
    const digest = await ship();
    expect(await attest(digest, true)).toBe('SBOM and provenance, signed');
    expect(await find(withKey())).toMatchObject({ verdict: 'ok' });
    expect(await createRegistry(place()).resolve('staging')).toBe(digest);
    expect(await createRegistry(place()).listTags('')).toEqual(['staging']);
    const before = await createReferrers(place()).list(digest);
    expect(await attest(digest, true)).toBe('SBOM and provenance were there, signed');
    expect(await createReferrers(place()).list(digest)).toEqual(before);
  });

  it('warns of an image with nothing attached, and where nobody checks a signature', async () => {
    const digest = await ship();
    expect(await find()).toMatchObject({
      verdict: 'warn',
      message: 'neither an SBOM nor a provenance is attached',
      hint: expect.stringContaining('next image') as string,
    });
    expect(await find(withKey())).toMatchObject({ verdict: 'fail' });
    await attest(digest, false);
    expect(await find()).toMatchObject({
      verdict: 'warn',
      hint: expect.stringContaining('COSIGN_PRIVATE_KEY') as string,
    });
  });

  it('fails for what should be signed and is not, and for another key’s signature', async () => {
    const digest = await ship();
    await attest(digest, false);
    expect(await find(withKey())).toMatchObject({ verdict: 'fail', message: 'the image is not signed' });
    await attest(digest, true);
    await execa('cosign', ['generate-key-pair', '--output-key-prefix', 'other'], {
      cwd: root,
      env: { COSIGN_PASSWORD: PASSWORD },
    });
    expect(await find({ COSIGN_PUBLIC_KEY: join(root, 'other.pub') })).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('does not hold') as string,
    });
  });

  it('fails for a provenance that was taken over from another image, or tells another fingerprint', async () => {
    const first = await ship();
    await attest(first, false, 'e'.repeat(64));
    expect(await find()).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('fingerprint eeeeeeeeeeee') as string,
    });
    const second = await ship();
    const images = createRegistry(place());
    const list = await images.resolve(`sha256-${first.slice(7)}`);
    await images.tag(list ?? first, `sha256-${second.slice(7)}`);
    expect(await find()).toMatchObject({
      verdict: 'fail',
      message: `the SBOM is about ${first.slice(7, 19)}`,
    });
  });

  it('fails when one of the two is missing', async () => {
    const digest = await ship();
    await createReferrers(place()).attach(digest, [{ artifactType: SBOM_TYPE, text: '{}' }]);
    expect(await find()).toMatchObject({ verdict: 'fail', message: 'there is no provenance' });
    const other = await ship();
    await createReferrers(place()).attach(other, [{ artifactType: PROVENANCE_TYPE, text: '{}' }]);
    expect(await find()).toMatchObject({ verdict: 'fail', message: 'there is no SBOM' });
  });
});
