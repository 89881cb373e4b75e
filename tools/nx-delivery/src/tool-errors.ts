import { type ErrorCatalog, errorsOf } from '@ehr/delivery-core';

/** The ways in which building an image and publishing a GitHub Release fail. */
export const toolErrors = {
  ENGINE_SINGLE_PLATFORM: {
    message: 'The selected builder cannot build several platforms or write an OCI layout.',
    hint: 'Switch Docker to the containerd image store, or `docker buildx create --use --driver docker-container`.',
  },
  BUILD_FAILED: {
    message: 'The image could not be built; the builder said why just above.',
    hint: 'Run `nx container <project>` alone to see the whole output.',
  },
  NATIVE_CODE: {
    message: 'The application layer holds machine code for one architecture, so it cannot be shared by two.',
    hint: 'Remove the dependency, or choose one without machine code.',
  },
  BASE_IMAGE_UNRESOLVED: {
    message: 'The digest of a base image cannot be had from its registry; no Dockerfile was changed.',
    hint: 'Correct the name in the Dockerfile, or run this where the registry can be reached; a private one needs `docker login`.',
  },
  GITHUB_REFUSED: {
    message: 'GitHub did not take the release.',
    hint: 'Read the status above: the job needs the permission `contents: write`, and the tag must be pushed.',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of this catalogue. */
export const toolError = errorsOf(toolErrors);
