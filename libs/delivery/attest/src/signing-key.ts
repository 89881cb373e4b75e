import { Secret } from '@ehr/delivery-core';
import type { Keyless, SigningKey } from './cosign.ts';

/** The issuer of the tokens that GitHub Actions gives its workflows. */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** The environment's settings by name; an empty one is none. */
interface Settings {
  readonly setting: (name: string) => string | undefined;
}

type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** By what images are signed; null when no signature is wanted. A key goes before COSIGN=true. */
export function signingKey({ setting }: Settings, processEnv: ProcessEnv): SigningKey | null {
  const privateKey = setting('COSIGN_PRIVATE_KEY');
  if (privateKey === undefined) return setting('COSIGN') === 'true' ? keyless(processEnv) : null;
  const password = setting('COSIGN_PASSWORD');
  return {
    kind: 'key',
    privateKey: new Secret(privateKey),
    ...(password !== undefined && { password: new Secret(password) }),
  };
}

/** By what a signature is verified; null when nothing names who must have signed. */
export function verifyingKey(settings: Settings, processEnv: ProcessEnv): SigningKey | null {
  const publicKey = settings.setting('COSIGN_PUBLIC_KEY');
  if (publicKey !== undefined) return { kind: 'key', publicKey };
  const key = signingKey(settings, processEnv);
  // Outside of the repository's own workflow there is nobody to compare the certificate with.
  return key?.kind === 'keyless' && !processEnv['GITHUB_REPOSITORY'] ? null : key;
}

/** The repository's own workflows and nobody else's. */
function keyless({ GITHUB_SERVER_URL = 'https://github.com', GITHUB_REPOSITORY = '' }: ProcessEnv): Keyless {
  const escaped = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/`.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { kind: 'keyless', identity: new RegExp(`^${escaped}`), issuer: GITHUB_ISSUER };
}
