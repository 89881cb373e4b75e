import { type DeliveryError, type ErrorCatalog, errorsOf } from '@ehr/delivery-core';

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
export const attestError = errorsOf(attestErrors);

/** A signature that cannot be made here. */
export function unavailable(message: string): DeliveryError {
  return attestError('SIGNING_UNAVAILABLE', message);
}
