import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Credentials,
  type CredentialSource,
  DOCKER_HUB,
  DOCKER_HUB_KEY,
  isSecretName,
  redact,
} from '@ehr/delivery-core';
import { execa } from 'execa';
import { unavailable } from './attest-errors.ts';

/** The process environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Lets a program that reads Docker's configuration sign in: a directory of our own until `use` has ended. */
export async function withDockerConfig<T>(
  registry: string,
  credentials: Credentials | CredentialSource | undefined,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const given = typeof credentials === 'function' ? await credentials() : credentials;
  // mkdtemp makes it readable for its owner alone.
  const directory = await mkdtemp(join(tmpdir(), 'ehr-docker-config-'));
  try {
    const key = registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
    const auths = given === undefined ? {} : { [key]: entryOf(given) };
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function entryOf(credentials: Credentials): Record<string, string> {
  if ('identityToken' in credentials) return { identitytoken: credentials.identityToken };
  const { username, password } = credentials;
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

interface CosignRun {
  readonly ok: boolean;
  readonly stdout: string;
  /** The last line of standard error, without any of the secrets. */
  readonly reason: string;
}

const PASSED_ON =
  /^(PATH|HOME|TMPDIR|SSL_CERT_(FILE|DIR)|DOCKER_CONFIG|ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|GITHUB_.+|SIGSTORE_.+|TUF_.+|(https?|no)_proxy)$/i;

/** Runs cosign with no more of the process environment than it needs. */
export async function runCosign(
  args: readonly string[],
  env: Variables,
  secrets: Readonly<Record<string, string>>,
  input?: string,
): Promise<CosignRun> {
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  const { failed, code, timedOut, stdout, stderr } = await execa('cosign', args, {
    env: { ...inherited, ...secrets },
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    reject: false,
    timeout: 120_000,
  });
  if (code === 'ENOENT') throw unavailable('There is no `cosign` command on this machine.');
  const reason = timedOut ? 'it did not end within two minutes' : lastLine(stderr);
  const known = [...Object.entries(env), ...Object.entries(secrets)].flatMap(([name, value = '']) =>
    isSecretName(name) ? [value] : [],
  );
  return { ok: !failed, stdout, reason: redact(reason, known) };
}

/** cosign ends with one line of all causes, `Error: …` before it and `error during command execution: …` after. */
function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^(main\.go:\d+: )?(Error|error during command execution): /, '').trim())
    .filter(Boolean);
  return lines.at(-1) ?? 'it gave no reason';
}
