import type { Trust } from '@ehr/delivery-core';
import { attestError } from './attest-errors.ts';
import type { Cosign } from './cosign.ts';

/**
 * The `Trust` port with a public key: what its private half signed counts, images and journal entries alike. Such a
 * change has to be signed itself, so whoever has the public half only may read and nothing else.
 */
export function createTrust(verifier: Cosign, signer: Cosign | null): Trust {
  return {
    doubt: async (digest) => {
      const verdict = await verifier.verify(digest);
      if (verdict.kind === 'verified') return null;
      return verdict.kind === 'unsigned'
        ? 'it is not signed'
        : `its signature does not hold: ${verdict.reason}`;
    },
    ready: async () => {
      if (signer === null) {
        throw attestError(
          'SIGNING_UNAVAILABLE',
          'COSIGN_PUBLIC_KEY says that only what is signed counts, and there is no COSIGN_PRIVATE_KEY to sign the journal with.',
          {
            hint: 'Set COSIGN_PRIVATE_KEY and COSIGN_PASSWORD where deploys run; a workflow’s token signs images only.',
          },
        );
      }
      if ((await signer.publicKey()) === (await verifier.publicKey())) return;
      throw attestError(
        'SIGNING_UNAVAILABLE',
        'COSIGN_PUBLIC_KEY is not the public half of COSIGN_PRIVATE_KEY.',
        {
          hint: 'Set both to the halves of one `cosign generate-key-pair`.',
        },
      );
    },
  };
}
