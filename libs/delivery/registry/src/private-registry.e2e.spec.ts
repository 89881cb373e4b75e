import { writeImageLayout } from '@ehr/testing-fakes';
import { startRegistry } from '@ehr/testing-sandbox';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistry, readDockerCredentials, readImageLayout } from './index.ts';

/** Real Distribution registries, one that asks for a sign-in and one that does not. */
const auth = { username: 'clinic', password: 'canary-secret-7f3a' };
let closed: Awaited<ReturnType<typeof startRegistry>>;
let open: Awaited<ReturnType<typeof startRegistry>>;
let directory: string;
let count = 0;

beforeAll(async () => {
  [closed, open] = await Promise.all([startRegistry({ auth }), startRegistry()]);
  directory = await mkdtemp(join(tmpdir(), 'ehr-registry-'));
});
afterAll(async () => {
  await Promise.all([closed.stop(), open.stop()]);
  await rm(directory, { recursive: true });
});

async function newImage() {
  const name = `image-${++count}`;
  await writeImageLayout(join(directory, name), {
    fingerprint: 'a'.repeat(64),
    platforms: { 'linux/amd64': [randomBytes(1000)] },
  });
  return { repository: `test/${name}`, layout: await readImageLayout(join(directory, name)) };
}
const ignore = () => undefined;

describe('a private registry', () => {
  it('is signed in to with the credentials, and refuses without, showing no secret', async () => {
    const { repository, layout } = await newImage();
    const mine = createRegistry({ registry: closed.host, repository, credentials: auth });
    await mine.push(layout, ignore);
    expect(await mine.resolve(layout.digest)).toBe(layout.digest);
    await expect(createRegistry({ registry: closed.host, repository }).resolve('v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    });
    const wrong = createRegistry({
      registry: closed.host,
      repository,
      credentials: { ...auth, password: 'canary-wrong' },
    });
    const error: unknown = await wrong.resolve('v1').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
  });

  it('is signed in to with what a credential helper has, asked once and only because the registry asked', async () => {
    const called = join(directory, 'called');
    const answer = JSON.stringify({ Username: auth.username, Secret: auth.password });
    await writeFile(
      join(directory, 'docker-credential-fake'),
      `#!/bin/sh\ncat >> '${called}'\necho '${answer}'\n`,
      { mode: 0o755 },
    );
    await writeFile(join(directory, 'config.json'), JSON.stringify({ credsStore: 'fake' }));
    const env = { DOCKER_CONFIG: directory, PATH: `${directory}:${process.env['PATH'] ?? ''}` };
    const credentials = (host: string) => () => readDockerCredentials(host, env);

    const { repository, layout } = await newImage();
    await createRegistry({
      registry: open.host,
      repository,
      credentials: credentials(open.host),
    }).push(layout, ignore);
    await expect(readFile(called)).rejects.toMatchObject({ code: 'ENOENT' });

    const signedIn = createRegistry({
      registry: closed.host,
      repository,
      credentials: credentials(closed.host),
    });
    await signedIn.push(layout, ignore);
    expect(await signedIn.resolve(layout.digest)).toBe(layout.digest);
    expect(await readFile(called, 'utf8')).toBe(closed.host);
  });
});
