import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDockerCredentials } from './index.ts';

let directory: string;
let processEnv: Record<string, string>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-docker-'));
  processEnv = { DOCKER_CONFIG: directory, PATH: `${directory}:${process.env['PATH'] ?? ''}` };
});
afterEach(() => rm(directory, { recursive: true }));

const password = 'canary:secret-7f3a';
const auth = Buffer.from(`clinic:${password}`).toString('base64');
const configure = (config: unknown) => writeFile(join(directory, 'config.json'), JSON.stringify(config));
/** A real helper on PATH; it records what it was called with. */
async function helper(body: string, name = 'fake') {
  const path = join(directory, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\necho "$@" > "${directory}/argv"\ncat > "${directory}/stdin"\n${body}\n`);
  await chmod(path, 0o755);
}
const prints = (username: string, secret: string) =>
  `echo '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`;
async function failure(registry = 'ghcr.io') {
  const error: unknown = await readDockerCredentials(registry, processEnv).catch((thrown: unknown) => thrown);
  expect(inspect(error, { depth: null })).not.toContain('canary');
  return error;
}

describe('readDockerCredentials', () => {
  it('finds nothing where nobody ever logged in', async () => {
    expect(await readDockerCredentials('ghcr.io', processEnv)).toBeUndefined();
    await configure({});
    expect(await readDockerCredentials('ghcr.io', processEnv)).toBeUndefined();
  });

  it.each([
    ['docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'docker.io'],
    ['ghcr.io', 'ghcr.io'],
    ['ghcr.io', 'https://ghcr.io/v2/'],
    ['127.0.0.1:5050', '127.0.0.1:5050'],
  ])('finds what the file has for %s under %s', async (registry, key) => {
    await configure({ auths: { 'other.example': { auth: 'bm86bm8=' }, [key]: { auth } } });
    expect(await readDockerCredentials(registry, processEnv)).toEqual({ username: 'clinic', password });
  });

  it.each([
    ['ghcr.io', 'evil-ghcr.io'],
    ['ghcr.io', 'ghcr.io.evil.example'],
    ['127.0.0.1:5050', '127.0.0.1'],
    ['docker.io', 'ghcr.io'],
  ])('gives %s nothing of %s', async (registry, key) => {
    await configure({ auths: { [key]: { auth } } });
    expect(await readDockerCredentials(registry, processEnv)).toBeUndefined();
  });

  it('takes an identity token before the password', async () => {
    await configure({ auths: { 'ghcr.io': { auth, identitytoken: 'token-1' } } });
    expect(await readDockerCredentials('ghcr.io', processEnv)).toEqual({ identityToken: 'token-1' });
  });

  it.each([
    ['docker.io', 'https://index.docker.io/v1/'],
    ['ghcr.io', 'ghcr.io'],
  ])(
    'passes the registry to the store on standard input, for %s as %s, with no more than `get` as argument',
    async (registry, input) => {
      await configure({ credsStore: 'fake', auths: { [registry]: {} } });
      await helper(prints('clinic', password));
      expect(await readDockerCredentials(registry, processEnv)).toEqual({ username: 'clinic', password });
      expect(await readFile(join(directory, 'argv'), 'utf8')).toBe('get\n');
      expect(await readFile(join(directory, 'stdin'), 'utf8')).toBe(input);
    },
  );

  it('runs the registry’s own helper rather than the store, and knows a token by its user name', async () => {
    await configure({ credsStore: 'fake', credHelpers: { 'ghcr.io': 'own' } });
    await helper('exit 1');
    await helper(prints('<token>', 'token-2'), 'own');
    expect(await readDockerCredentials('ghcr.io', processEnv)).toEqual({ identityToken: 'token-2' });
  });

  it('goes on to the file when the store does not have the registry', async () => {
    await configure({ credsStore: 'fake', auths: { 'ghcr.io': { auth } } });
    await helper('echo "credentials not found in native keychain"; exit 1');
    expect(await readDockerCredentials('ghcr.io', processEnv)).toEqual({ username: 'clinic', password });
  });

  it.each([
    [
      'ended badly',
      `${prints('clinic', 'canary-secret')}; echo canary-secret >&2; exit 3`,
      'it ended with 3',
    ],
    ['printed something else', 'echo canary-secret', 'its answer is not the JSON'],
    ['gave no secret', prints('canary-user', ''), 'its answer is not the JSON'],
  ])('names a helper that %s, and repeats nothing that it printed', async (_case, body, reason) => {
    await configure({ credsStore: 'fake' });
    await helper(body);
    expect(await failure()).toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining(
        `docker-credential-fake gave no sign-in for ghcr.io: ${reason}`,
      ) as string,
    });
  });

  it.each([
    [
      'names a helper that is not there',
      { credHelpers: { 'ghcr.io': 'gone' } },
      'gone gave no sign-in for ghcr.io: it is not on PATH',
    ],
    [
      'runs no helper whose name is a path',
      { credsStore: '../../bin/sh' },
      'its name is not a program’s name',
    ],
    [
      'names the registry whose entry cannot be read',
      { auths: { 'ghcr.io': { auth: 'Y2FuYXJ5' } } },
      'the entry of ghcr.io',
    ],
  ])('%s', async (_title, config, part) => {
    await configure(config);
    expect(await failure()).toMatchObject({ message: expect.stringContaining(part) as string });
  });

  it.each([['{"auths": {"ghcr.io": {"auth": "canary'], ['{"auths": ["canary"]}'], ['"canary"']])(
    'names a file that is not Docker’s: %s',
    async (text) => {
      await writeFile(join(directory, 'config.json'), text);
      expect(await failure()).toMatchObject({
        message: expect.stringContaining('config.json cannot be used') as string,
      });
    },
  );
});
