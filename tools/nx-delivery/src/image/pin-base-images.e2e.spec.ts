import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, readImageLayout } from '@ehr/delivery-registry';
import { writeImageLayout } from '@ehr/testing-fakes';
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import type { ExecutorContext } from '@nx/devkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pinBaseImage from '../executors/pin-base-image/executor.ts';
import type { Wiring } from '../wiring/wiring.ts';
import { provideBaseImage } from './base-image.ts';

const auth = { username: 'clinic', password: 'a password' };
const REPOSITORY = 'library/node';
const platforms = ['linux/amd64', 'linux/arm64'];

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'ehr-pin-'))));
afterAll(() => rm(root, { recursive: true }));

/** Puts another image there under the tag; returns its digest. */
async function publish(registry: string, tag: string, content: string): Promise<string> {
  const directory = await mkdtemp(join(root, 'image-'));
  const layers = [Buffer.from(content)];
  await writeImageLayout(directory, {
    fingerprint: content,
    platforms: Object.fromEntries(platforms.map((platform) => [platform, layers])),
  });
  const target = createRegistry({ registry, repository: REPOSITORY, credentials: auth });
  const { digest } = await target.push(await readImageLayout(directory), () => undefined);
  await target.tag(digest, tag);
  return digest;
}

describe('nx run nx-delivery:pin-base-image', () => {
  let registry: RunningRegistry;
  beforeAll(async () => void (registry = await startRegistry({ auth })));
  afterAll(() => registry.stop());

  const dockerfile = (base: string) =>
    `ARG BASE_IMAGE=base\nFROM ${base} AS base\nFROM \${BASE_IMAGE}\nCOPY . /app\n`;
  const write = (name: string, base: string) => writeFile(join(root, name, 'Dockerfile'), dockerfile(base));
  const written = async () =>
    Promise.all(['api', 'web'].map((name) => readFile(join(root, name, 'Dockerfile'), 'utf8')));
  beforeEach(async () => {
    for (const name of ['api', 'web']) await mkdir(join(root, name), { recursive: true });
  });

  async function run(processEnv: Record<string, string> = {}) {
    let [printed, warned] = ['', ''];
    const targets = { container: {} };
    const projects = { web: { root: 'web', targets }, docs: { root: 'docs' }, api: { root: 'api', targets } };
    const context = { root, projectsConfigurations: { projects } } as unknown as ExecutorContext;
    const signIn = {
      REGISTRY: registry.host,
      DOCKERHUB_USERNAME: auth.username,
      DOCKERHUB_TOKEN: auth.password,
    };
    const wiring = {
      processEnv: { ...signIn, DOCKER_CONFIG: root, ...processEnv },
      print: (text: string) => (printed += text),
      warn: (text: string) => (warned += text),
    } as unknown as Wiring;
    return { ...(await pinBaseImage({}, context, wiring)), printed, warned };
  }

  it('writes the digest of each tag, and the newer one when it runs again', async () => {
    const [node, slim] = ['node:24', 'node:24-slim'].map((name) => `${registry.host}/library/${name}`);
    const first = await publish(registry.host, '24', 'first');
    const other = await publish(registry.host, '24-slim', 'other');
    await write('api', `${node}`);
    await write('web', `${slim}`);
    expect(await run()).toMatchObject({
      success: true,
      printed: [
        `api/Dockerfile: ${node} → ${node}@${first}`,
        `web/Dockerfile: ${slim} → ${slim}@${other}`,
        '',
      ].join('\n'),
    });
    expect(await written()).toEqual([dockerfile(`${node}@${first}`), dockerfile(`${slim}@${other}`)]);
    const second = await publish(registry.host, '24', 'second');
    expect((await run()).printed).toBe(
      `api/Dockerfile: ${node}@${first} → ${node}@${second}\nweb/Dockerfile: ${slim}@${other}, as before\n`,
    );
    expect(await written()).toEqual([dockerfile(`${node}@${second}`), dockerfile(`${slim}@${other}`)]);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['a tag that is not there', 'HOST/library/node:99', {}, 'is not there: HOST has no HOST/library/node:99'],
    ['a registry that does not answer', '127.0.0.1:1/node:24', {}, 'cannot be looked up in 127.0.0.1:1. No '],
    ['no sign-in', 'HOST/library/node:24', { DOCKERHUB_TOKEN: '' }, 'cannot be looked up in HOST. No '],
    [
      'a sign-in for another registry',
      'HOST/library/node:24',
      { REGISTRY: '127.0.0.1:1' },
      'cannot be looked up in HOST. No ',
    ],
    ['no base at all', '', {}, 'web/Dockerfile names no base image'],
  ])('changes no file because of %s', async (_what, named, processEnv, message) => {
    const here = (text: string) => text.replaceAll('HOST', registry.host);
    await publish(registry.host, '24', 'first');
    await write('api', here('HOST/library/node:24'));
    await write('web', here(named));
    const before = await written();
    const { success, printed, warned } = await run(processEnv);
    expect([success, printed]).toEqual([false, '']);
    expect(warned).toContain('BASE_IMAGE_UNRESOLVED');
    expect(warned).toContain(here(message));
    expect(warned).not.toContain(auth.password);
    expect(await written()).toEqual(before);
  });
});

describe.skipIf(!requireOrSkip('engine'))('a base that is pinned', () => {
  let registry: RunningRegistry;
  beforeAll(async () => void (registry = await startRegistry()));
  afterAll(() => registry.stop());

  it('is built on as it was, wherever its tag moved', async () => {
    const base = `${registry.host}/${REPOSITORY}:24`;
    const pinned = `${base}@${await publish(registry.host, '24', 'first')}`;
    await publish(registry.host, '24', 'second');
    const contentOf = async (reference: string) =>
      (await provideBaseImage(reference, platforms, root)).manifests.map(
        ({ config }) => config.config?.Labels?.['connect.ehr.fingerprint'],
      );
    expect(await contentOf(pinned)).toEqual(['first', 'first']);
    expect(await contentOf(base)).toEqual(['second', 'second']);
  });
});
