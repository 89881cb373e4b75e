export { attestErrors, type Cosign, createCosign, type SigningKey } from './cosign.ts';
export { createAttester } from './create-attester.ts';
export { describesImage, readBuildOrigin } from './provenance.ts';
export type { ImageContent, NpmPackage } from './sbom.ts';
export { signingKey, verifyingKey } from './signing-key.ts';
