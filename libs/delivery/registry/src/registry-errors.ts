import { type ErrorCatalog, errorsOf } from '@ehr/delivery-core';

/** The ways in which a registry refuses or fails. */
export const registryErrors = {
  REGISTRY_UNREACHABLE: {
    message: 'The registry did not answer, also after retries.',
    hint: 'Check the REGISTRY setting and the network; locally `npm start` starts a registry.',
  },
  REGISTRY_UNAUTHORIZED: {
    message: 'The registry does not accept the credentials, or none were given.',
    hint: 'Set DOCKERHUB_USERNAME and DOCKERHUB_TOKEN (an access token that may write), or `docker login`.',
  },
  REGISTRY_REFUSED: {
    message: 'The registry answered with an error that a retry will not change.',
    hint: 'Read the status and code above; check that the repository exists and the quota is not used up.',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of this catalogue. */
export const registryError = errorsOf(registryErrors);
