export { readBuildOrigin } from './build-origin.ts';
export { createAttester } from './create-attester.ts';
export { describesImage } from './describes-image.ts';
export type { ImageContent, NpmPackage } from './image-content.ts';
export { signingKey, verifyingKey } from './signing-key.ts';
export { createCosign } from './cosign.ts';
export type { Cosign, SignatureVerdict, SigningKey } from './cosign.ts';
export { attestError, attestErrors } from './attest-errors.ts';
