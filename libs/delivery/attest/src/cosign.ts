import { attestError } from './attest-errors.ts';
import type { CredentialSource, Credentials, DeliveryError, Digest, Secret } from '@ehr/delivery-core';
import { runCosign } from './run-cosign.ts';
import type { CosignRun } from './run-cosign.ts';
import { withDockerConfig } from './with-docker-config.ts';

/** By what an image is signed or verified. */
export type SigningKey =
  /** A key pair; PEM text or the path of a file. One half is enough for half of the work. */
  | {
      readonly kind: 'key';
      readonly privateKey?: Secret;
      readonly password?: Secret;
      readonly publicKey?: string;
    }
  /** No key: a certificate of a few minutes for the workflow at work, by its OIDC token (Sigstore's public service). */
  | { readonly kind: 'keyless'; readonly identity: RegExp; readonly issuer: string };

export interface CosignOptions {
  readonly registry: string;
  readonly repository: string;
  readonly credentials?: Credentials | CredentialSource;
  readonly key: SigningKey;
  /** For the program: PATH, HOME, proxies, and what keyless signing asks for its token. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type SignatureVerdict =
  | { readonly kind: 'verified' }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Signatures of manifests in one repository, made and verified by the `cosign` program. */
export interface Cosign {
  /** Throws SIGNING_UNAVAILABLE unless it could sign now; nothing is written. */
  ready(): Promise<void>;
  /** Signs each digest that is not signed so already; returns how many it signed. Throws SIGNING_FAILED. */
  sign(digests: readonly Digest[]): Promise<number>;
  /** Throws SIGNING_UNAVAILABLE where there is no cosign or no key to verify with. */
  verify(digest: Digest): Promise<SignatureVerdict>;
}

export function createCosign({ registry, repository, credentials, key, env }: CosignOptions): Cosign {
  const reference = (digest: Digest) => `${registry}/${repository}@${digest}`;
  let known: Promise<string> | undefined;
  const publicKey = (): Promise<string> => (known ??= readPublicKey(key, env));

  async function run(args: readonly string[], secrets: Readonly<Record<string, string>>): Promise<CosignRun> {
    return withDockerConfig(registry, credentials, (DOCKER_CONFIG) =>
      runCosign(args, { ...env, DOCKER_CONFIG }, secrets),
    );
  }

  async function verify(digest: Digest): Promise<SignatureVerdict> {
    const by =
      key.kind === 'key'
        ? // A signature by a key of one's own is in no public log.
          ['--insecure-ignore-tlog=true', ...keyArgument('COSIGN_PUBLIC_KEY', await publicKey())]
        : ['--certificate-identity-regexp', key.identity.source, '--certificate-oidc-issuer', key.issuer];
    const secrets: Record<string, string> =
      key.kind === 'key' ? { COSIGN_PUBLIC_KEY: await publicKey() } : {};
    const { ok, reason } = await run(['verify', '--output=json', ...by, reference(digest)], secrets);
    if (ok) return { kind: 'verified' };
    return /no signatures found/i.test(reason) ? { kind: 'unsigned' } : { kind: 'refused', reason };
  }

  return {
    verify,
    ready: async () => {
      if (key.kind === 'key') return void (await publicKey());
      if (!env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
        throw unavailable('A signature without a key is asked for, and there is no OIDC token.');
      }
      await runCosign(['version'], env, {});
    },
    sign: async (digests) => {
      let signed = 0;
      for (const digest of digests) {
        if ((await verify(digest)).kind === 'verified') continue;
        const { args, secrets } = signingArguments(key);
        const { ok, reason } = await run(['sign', '--yes', ...args, reference(digest)], secrets);
        if (!ok) throw attestError('SIGNING_FAILED', `cosign did not sign ${digest}: ${reason}`);
        signed += 1;
      }
      return signed;
    },
  };
}

function signingArguments(key: SigningKey): { args: string[]; secrets: Record<string, string> } {
  if (key.kind === 'keyless') return { args: [], secrets: {} };
  const secrets = privateHalf(key);
  const args = ['--tlog-upload=false', ...keyArgument('COSIGN_PRIVATE_KEY', secrets.COSIGN_PRIVATE_KEY)];
  return { args, secrets };
}

/** The key's public half; made of the private one, which shows that its password is right. */
async function readPublicKey(key: SigningKey, env: CosignOptions['env']): Promise<string> {
  if (key.kind === 'keyless') throw unavailable('There is no key.');
  if (key.publicKey !== undefined && key.privateKey === undefined) return key.publicKey;
  const secrets = privateHalf(key);
  const args = ['public-key', ...keyArgument('COSIGN_PRIVATE_KEY', secrets.COSIGN_PRIVATE_KEY)];
  const { ok, reason, stdout } = await runCosign(args, env, secrets);
  if (!ok) throw unavailable(`cosign cannot use COSIGN_PRIVATE_KEY: ${reason}`);
  return stdout;
}

function privateHalf(key: SigningKey & { kind: 'key' }) {
  if (key.privateKey === undefined) throw unavailable('There is no private key to sign with.');
  return {
    COSIGN_PRIVATE_KEY: key.privateKey.reveal(),
    // Without the variable cosign would ask at the terminal.
    COSIGN_PASSWORD: key.password?.reveal() ?? '',
  };
}

/** PEM text goes by the environment, and never into an argument; a path may. */
function keyArgument(name: string, value: string): string[] {
  return ['--key', value.includes('-----BEGIN') ? `env://${name}` : value];
}

function unavailable(message: string): DeliveryError {
  return attestError('SIGNING_UNAVAILABLE', message);
}
