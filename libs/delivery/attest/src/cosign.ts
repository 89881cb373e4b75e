import { readFile } from 'node:fs/promises';
import {
  type Credentials,
  type CredentialSource,
  type Digest,
  reasonOf,
  type Secret,
} from '@ehr/delivery-core';
import { attestError, unavailable } from './attest-errors.ts';
import { runCosign, type Variables, withDockerConfig } from './run-cosign.ts';

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
  /** The base64 of a signature of the text as a blob; in no public log. @throws SIGNING_FAILED */
  signText(text: string): Promise<string>;
  /** PEM, without spaces around it. @throws SIGNING_UNAVAILABLE also where it is a path and no file */
  publicKey(): Promise<string>;
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
    publicKey: async () => {
      if (key.kind === 'keyless') throw unavailable('A signature without a key has no public key.');
      return readPem(await publicKey(key));
    },
    signText: async (text) => {
      if (key.kind === 'keyless') throw unavailable('A text is signed with a key only.');
      const { args, secrets } = privateOption(key, '--tlog-upload=false');
      const command = ['sign-blob', '--yes', ...args, '-'];
      const { ok, reason, stdout } = await runCosign(command, env, secrets, text);
      if (!ok) throw attestError('SIGNING_FAILED', `cosign did not sign the journal: ${reason}`);
      return stdout.trim();
    },
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

async function readPem(key: string): Promise<string> {
  if (key.includes('-----BEGIN')) return key.trim();
  const text = await readFile(key, 'utf8').catch((cause: unknown) => {
    throw attestError('SIGNING_UNAVAILABLE', `COSIGN_PUBLIC_KEY names no key file: ${reasonOf(cause)}`, {
      cause,
    });
  });
  return text.trim();
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
