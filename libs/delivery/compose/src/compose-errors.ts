import { type ErrorCatalog, errorsOf } from '@ehr/delivery-core';

/** The ways in which `docker compose` refuses or fails. */
export const composeErrors = {
  ENGINE_UNAVAILABLE: {
    message: 'The container engine does not answer, or lacks buildx or compose.',
    hint: 'Start Docker, or run `npm start`, which finds or installs an engine.',
  },
  IMAGE_UNAVAILABLE: {
    message: 'The host could not pull the image; what ran before runs untouched.',
    hint: 'Read the engine’s words above; check the registry, and the sign-in that `docker login` left on the host.',
    effect: 'none',
  },
  TARGET_UNAVAILABLE: {
    message: 'The environment could not be read or changed: `docker compose` refused.',
    hint: 'Read the message above; `docker compose config` checks the file and its variables.',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of this catalogue. */
export const composeError = errorsOf(composeErrors);
