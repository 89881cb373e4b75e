import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@ehr/delivery-core';
import { createDocuments, createRegistry, createTransport, readImageLayout } from '@ehr/delivery-registry';
import { writeImageLayout } from '@ehr/testing-fakes';
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCosign, createTrust, signedDocuments, type SigningKey } from './index.ts';

const auth = { username: 'clinic', password: 'canary-registry-token' };
const PASSWORD = 'canary-key-password';

/** The real cosign with key pairs of the test's own, at a real registry that refuses strangers. */
describe.skipIf(!requireOrSkip('registry') || !requireOrSkip('cosign'))('cosign', () => {
  let registry: RunningRegistry;
  let directory: string;
  let pair: { privateKey: Secret; password: Secret; publicKey: string };
  let other: typeof pair;
  let count = 0;

  async function newPair(name: string) {
    const cwd = join(directory, name);
    await mkdir(cwd);
    await execa('cosign', ['generate-key-pair'], { cwd, env: { COSIGN_PASSWORD: PASSWORD } });
    return {
      privateKey: new Secret(await readFile(join(cwd, 'cosign.key'), 'utf8')),
      password: new Secret(PASSWORD),
      publicKey: await readFile(join(cwd, 'cosign.pub'), 'utf8'),
    };
  }
  beforeAll(async () => {
    registry = await startRegistry({ auth });
    directory = await mkdtemp(join(tmpdir(), 'ehr-cosign-'));
    await mkdir(join(directory, 'tmp'));
    [pair, other] = await Promise.all([newPair('ours'), newPair('others')]);
  });
  afterAll(async () => {
    await registry.stop();
    await rm(directory, { recursive: true });
  });

  const env = (more = {}) => ({ PATH: process.env['PATH'], HOME: directory, ...more });
  const cosign = (repository: string, key: SigningKey, more = {}) =>
    createCosign({ registry: registry.host, repository, credentials: auth, key, env: env(more) });
  async function newImage(repository = `test/image-${count}`) {
    const name = `layout-${++count}`;
    await writeImageLayout(join(directory, name), {
      fingerprint: 'a'.repeat(64),
      platforms: { 'linux/amd64': [randomBytes(100)] },
    });
    const images = createRegistry({ registry: registry.host, repository, credentials: auth });
    const { digest } = await images.push(await readImageLayout(join(directory, name)), () => undefined);
    return { repository, digest, images };
  }

  it('signs with the private key and verifies with the public one, once, changing no image and no visible tag', async () => {
    const { repository, digest, images } = await newImage();
    const mine = cosign(repository, { kind: 'key', ...pair });
    expect(await mine.verify(digest)).toEqual({ kind: 'unsigned' });
    await mine.ready();
    expect(await mine.sign([digest])).toBe(1);
    const signature = await images.resolve(`sha256-${digest.slice(7)}.sig`);
    expect(await mine.sign([digest])).toBe(0);
    expect(await images.resolve(`sha256-${digest.slice(7)}.sig`)).toBe(signature);
    const reader = cosign(repository, { kind: 'key', publicKey: pair.publicKey });
    expect(await reader.verify(digest)).toEqual({ kind: 'verified' });
    expect([await images.listTags(''), await images.resolve(digest)]).toEqual([[], digest]);
  });

  it('takes a key file by its path', async () => {
    const { repository, digest } = await newImage();
    const path = (name: string) => join(directory, 'ours', name);
    const privateKey = new Secret(path('cosign.key'));
    expect(await cosign(repository, { kind: 'key', ...pair, privateKey }).sign([digest])).toBe(1);
    const reader = cosign(repository, { kind: 'key', publicKey: path('cosign.pub') });
    expect(await reader.verify(digest)).toEqual({ kind: 'verified' });
  });

  it('refuses a signature by another key, and one that was moved over from another image', async () => {
    const [signed, tampered] = [await newImage(), await newImage()];
    await cosign(signed.repository, { kind: 'key', ...other }).sign([signed.digest]);
    const reader = (repository: string) => cosign(repository, { kind: 'key', publicKey: pair.publicKey });
    expect(await reader(signed.repository).verify(signed.digest)).toMatchObject({ kind: 'refused' });

    const { digest } = await newImage(tampered.repository);
    await cosign(tampered.repository, { kind: 'key', ...pair }).sign([tampered.digest]);
    const signature = await tampered.images.resolve(`sha256-${tampered.digest.slice(7)}.sig`);
    await tampered.images.tag(signature!, `sha256-${digest.slice(7)}.sig`);
    expect(await reader(tampered.repository).verify(digest)).toMatchObject({ kind: 'refused' });
  });

  it.each([
    [
      'a wrong password',
      () => ({ kind: 'key' as const, ...pair, password: new Secret('canary-wrong') }),
      {},
      'cosign cannot use COSIGN_PRIVATE_KEY',
    ],
    [
      'no cosign',
      () => ({ kind: 'key' as const, ...pair }),
      { PATH: '/nowhere' },
      'There is no `cosign` command',
    ],
    [
      'no OIDC token',
      () => ({ kind: 'keyless' as const, identity: /x/, issuer: 'https://issuer.example.org' }),
      {},
      'there is no OIDC token',
    ],
  ])('reports %s before anything is signed, and shows no secret', async (_name, key, more, message) => {
    const { repository } = await newImage();
    const error: unknown = await cosign(repository, key(), more)
      .ready()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SIGNING_UNAVAILABLE',
      message: expect.stringContaining(message) as string,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/canary|BEGIN/);
  });

  describe('the journal', () => {
    const NEWEST = 'journal-00000001-aaaaaaaaaaaa';
    const open = async () => {
      const { repository, digest } = await newImage();
      const transport = createTransport({ registry: registry.host, repository, credentials: auth });
      const signer = cosign(repository, { kind: 'key', ...pair });
      const stranger = cosign(repository, { kind: 'key', ...other });
      const verifier = cosign(repository, { kind: 'key', publicKey: pair.publicKey });
      return { digest, documents: createDocuments(transport), signer, stranger, verifier };
    };

    it('carries signatures inside, which are verified without cosign; what others wrote is not read', async () => {
      const { documents, signer, stranger, verifier } = await open();
      const signed = signedDocuments(documents, { signer, verifier });
      await signed.write(NEWEST, '{"entries":[]}');
      const away = cosign('x/y', { kind: 'key', publicKey: pair.publicKey }, { PATH: '/nowhere' });
      const reader = signedDocuments(documents, { signer: null, verifier: away });
      const anybody = signedDocuments(documents, { signer: null, verifier: null });
      expect([await reader.read(NEWEST), await anybody.read(NEWEST)]).toEqual([
        '{"entries":[]}',
        '{"entries":[]}',
      ]);
      for (const [tag, text] of [
        ['journal-00000002-aaaaaaaaaaaa', '{"entries":[]}'],
        ['journal-00000003-aaaaaaaaaaaa', (await documents.read(NEWEST))?.replace('[]', '[1]') ?? ''],
      ] as const) {
        await documents.write(tag, text);
        expect(await reader.read(tag)).toBeNull();
      }
      await signedDocuments(documents, { signer: stranger, verifier: null }).write('journal', '{}');
      expect([await reader.read('journal'), await anybody.read('journal')]).toEqual([null, '{}']);
      await signed.write('lock-prod', '{}');
      expect(await documents.read('lock-prod')).toBe('{}');
    });

    it('is written by whoever has the private half, and images count that it signed', async () => {
      const { digest, signer, stranger, verifier } = await open();
      const trust = createTrust(verifier, signer);
      expect(await trust.doubt(digest)).toBe('it is not signed');
      await stranger.sign([digest]);
      expect(await trust.doubt(digest)).toContain('its signature does not hold');
      await trust.ready();
      await signer.sign([digest]);
      expect(await trust.doubt(digest)).toBeNull();
      for (const wrong of [null, stranger])
        await expect(createTrust(verifier, wrong).ready()).rejects.toMatchObject({
          code: 'SIGNING_UNAVAILABLE',
        });
    });
  });

  it('gives cosign no secret as an argument, and leaves no sign-in behind', async () => {
    const { repository, digest } = await newImage();
    const bin = join(directory, 'bin');
    await mkdir(bin);
    const log = join(directory, 'arguments');
    const real = (await execa('sh', ['-c', 'command -v cosign'])).stdout;
    await execa('sh', [
      '-c',
      `printf '#!/bin/sh\\necho "$@" >> ${log}\\nstat -c "%%a" "$DOCKER_CONFIG" "$DOCKER_CONFIG/config.json" >> ${log}\\nexec ${real} "$@"\\n' > ${bin}/cosign; chmod +x ${bin}/cosign`,
    ]);
    await cosign(repository, { kind: 'key', ...pair }, { PATH: `${bin}:${process.env['PATH'] ?? ''}` }).sign([
      digest,
    ]);
    const output = await readFile(log, 'utf8');
    expect(output).toContain('--key env://COSIGN_PRIVATE_KEY');
    expect(output).toContain('700\n600\n');
    expect(output).not.toMatch(/canary|BEGIN/);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('ehr-docker-config-'));
    expect(left).toEqual([]);
  });
});
