import {
  type Cosign,
  createCosign,
  createTrust,
  signedDocuments,
  type SigningKey,
  signingKey,
} from '@ehr/delivery-attest';
import { type Registry, type Trust, trustAnybody } from '@ehr/delivery-core';
import {
  createDocuments,
  createReferrers,
  createRegistry,
  createTransport,
  type Referrers,
} from '@ehr/delivery-registry';
import type { ProcessEnv } from '../process-env.ts';
import { repositoryOf, type Settings } from './read-settings.ts';

/** A service's images in the registry, what is attached to them, its journal, and what counts of it all. */
export interface OpenRegistry {
  readonly registry: Registry;
  readonly referrers: Referrers;
  readonly trust: Trust;
  /** What signs; null when no signature is wanted. */
  readonly signer: Cosign | null;
  /** Cosign with a key for this service's repository. */
  readonly cosign: (key: SigningKey) => Cosign;
}

/** How long to wait for a registry, whose blobs may be taken over, and who remembers its answers. */
type Patience = Partial<
  Pick<
    Parameters<typeof createRegistry>[0],
    'retries' | 'retryDelayMs' | 'requestTimeoutMs' | 'mountFrom' | 'memory'
  >
>;

/** Opens the registry of a service by its settings; nothing is asked yet. */
export function openRegistry(
  service: string,
  settings: Settings,
  processEnv: ProcessEnv,
  patience: Patience = {},
): OpenRegistry {
  const { credentials, journalRepository, setting } = settings;
  const place = { ...repositoryOf(settings, service), credentials, ...patience };
  // One sign-in for all.
  const transport = createTransport(place);
  const cosign = (key: SigningKey) => createCosign({ ...place, key, env: processEnv });
  const key = signingKey(settings, processEnv);
  const signer = key === null ? null : cosign(key);
  const publicKey = setting('COSIGN_PUBLIC_KEY');
  const verifier = publicKey === undefined ? null : cosign({ kind: 'key', publicKey });
  const byKey = key?.kind === 'key' ? signer : null;
  const documents =
    journalRepository === null
      ? createDocuments(transport)
      : createDocuments(createTransport({ ...place, repository: journalRepository }), `${service}.`);
  return {
    registry: createRegistry({
      ...place,
      transport,
      documents: signedDocuments(documents, { signer: byKey, verifier }),
    }),
    referrers: createReferrers({ ...place, transport }),
    trust: verifier === null ? trustAnybody : createTrust(verifier, byKey),
    signer,
    cosign,
  };
}
