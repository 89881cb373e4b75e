import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Credentials,
  type CredentialSource,
  type DeliveryError,
  type Digest,
  DOCKER_HUB,
  DOCKER_HUB_KEY,
  type ErrorCatalog,
  errorsOf,
  isSecretName,
  redact,
  type Secret,
} from '@ehr/delivery-core';
import { execa } from 'execa';

/** The ways in which signing an image fails. */
export const attestErrors = {
  SIGNING_UNAVAILABLE: {
    message: 'A signature is wanted and cannot be made here; nothing was pushed.',
    hint: 'Install `cosign`; set COSIGN_PRIVATE_KEY, or give the workflow `id-token: write`; or unset COSIGN.',
  },
  SIGNING_FAILED: {
    message: 'cosign could not sign the image, which is in the registry without a tag.',
    hint: 'Read cosign’s message above; a wrong COSIGN_PASSWORD is the most common cause. Then run again.',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of this catalogue. */
const attestError = errorsOf(attestErrors);

type Variables = Readonly<Record<string, string | undefined>>;

/** By what an image is signed or verified. */
export type SigningKey = KeyPair | Keyless;

/** PEM text or the path of a file. The private half signs and verifies, the public half verifies. */
interface KeyPair {
  readonly kind: 'key';
  readonly privateKey?: Secret;
  readonly password?: Secret;
  readonly publicKey?: string;
}

/** A certificate of a few minutes for the workflow that runs, by its OIDC token (Sigstore's public service). */
export interface Keyless {
  readonly kind: 'keyless';
  /** Matches the workflow's address. */
  readonly identity: RegExp;
  readonly issuer: string;
}

/** Which repository, how to sign in there, and the key. */
interface CosignOptions {
  /** Host with optional port, as in a reference. */
  readonly registry: string;
  readonly repository: string;
  readonly credentials?: Credentials | CredentialSource;
  readonly key: SigningKey;
  /** The process environment for cosign: PATH, HOME, proxies, and the variables of an OIDC token. */
  readonly env: Variables;
}

/** How a verification ended; `reason` is one line for people, without secrets. */
type SignatureVerdict =
  | { readonly kind: 'verified' }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Signatures of manifests in one repository, made and verified by the `cosign` program.
 * @throws SIGNING_UNAVAILABLE where there is no `cosign`, or no key for what is to be done
 */
export interface Cosign {
  /** Returns when it could sign now; nothing is written. */
  ready(): Promise<void>;
  /** Signs each digest that has no such signature yet; returns how many it signed. @throws SIGNING_FAILED */
  sign(digests: readonly Digest[]): Promise<number>;
  verify(digest: Digest): Promise<SignatureVerdict>;
}

/** Cosign for one repository and one key; the public half of a private key is read once. */
export function createCosign({ registry, repository, credentials, key, env }: CosignOptions): Cosign {
  let known: Promise<string> | undefined;
  const publicKey = (pair: KeyPair): Promise<string> => (known ??= readPublicKey(pair, env));
  const run = (command: readonly string[], { args, secrets }: KeyOption, digest: Digest) =>
    withDockerConfig(registry, credentials, (DOCKER_CONFIG) => {
      const reference = `${registry}/${repository}@${digest}`;
      return runCosign([...command, ...args, reference], { ...env, DOCKER_CONFIG }, secrets);
    });

  async function verify(digest: Digest): Promise<SignatureVerdict> {
    const by =
      key.kind === 'keyless'
        ? identityOption(key)
        : keyOption('COSIGN_PUBLIC_KEY', await publicKey(key), '--insecure-ignore-tlog=true');
    const { ok, reason } = await run(['verify', '--output=json'], by, digest);
    if (ok) return { kind: 'verified' };
    return /no signatures found/i.test(reason) ? { kind: 'unsigned' } : { kind: 'refused', reason };
  }

  return {
    verify,
    ready: async () => {
      if (key.kind === 'key') {
        await publicKey(key);
      } else if (env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
        await runCosign(['version'], env, {});
      } else {
        throw unavailable('A signature without a key is wanted, and there is no OIDC token.');
      }
    },
    sign: async (digests) => {
      let signed = 0;
      for (const digest of digests) {
        if ((await verify(digest)).kind === 'verified') continue;
        const by =
          key.kind === 'keyless' ? { args: [], secrets: {} } : privateOption(key, '--tlog-upload=false');
        const { ok, reason } = await run(['sign', '--yes'], by, digest);
        if (!ok) throw attestError('SIGNING_FAILED', `cosign did not sign ${digest}: ${reason}`);
        signed += 1;
      }
      return signed;
    },
  };
}

/** The key's public half; made of the private one, which shows that its password is right. */
async function readPublicKey(key: KeyPair, env: Variables): Promise<string> {
  if (key.publicKey !== undefined && key.privateKey === undefined) return key.publicKey;
  const { args, secrets } = privateOption(key);
  const { ok, reason, stdout } = await runCosign(['public-key', ...args], env, secrets);
  if (!ok) throw unavailable(`cosign cannot use COSIGN_PRIVATE_KEY: ${reason}`);
  return stdout;
}

/** Arguments for cosign, and variables of its process environment. */
interface KeyOption {
  readonly args: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
}

function identityOption({ identity, issuer }: Keyless): KeyOption {
  const args = ['--certificate-identity-regexp', identity.source, '--certificate-oidc-issuer', issuer];
  return { args, secrets: {} };
}

function privateOption(key: KeyPair, ...flags: readonly string[]): KeyOption {
  if (key.privateKey === undefined) throw unavailable('There is no private key to sign with.');
  const { args, secrets } = keyOption('COSIGN_PRIVATE_KEY', key.privateKey.reveal(), ...flags);
  // Without the variable cosign would wait for a password at the terminal.
  return { args, secrets: { ...secrets, COSIGN_PASSWORD: key.password?.reveal() ?? '' } };
}

/** PEM text is passed as a variable, and never as an argument; a path may be. A key pair's signatures are in no public log. */
function keyOption(name: string, value: string, ...flags: readonly string[]): KeyOption {
  const key = value.includes('-----BEGIN') ? `env://${name}` : value;
  return { args: [...flags, '--key', key], secrets: { [name]: value } };
}

function unavailable(message: string): DeliveryError {
  return attestError('SIGNING_UNAVAILABLE', message);
}

/** Lets a program that reads Docker's configuration sign in: a directory of our own until `use` has ended. */
async function withDockerConfig<T>(
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
async function runCosign(
  args: readonly string[],
  env: Variables,
  secrets: KeyOption['secrets'],
): Promise<CosignRun> {
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  const { failed, code, timedOut, stdout, stderr } = await execa('cosign', args, {
    env: { ...inherited, ...secrets },
    extendEnv: false,
    stdin: 'ignore',
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
