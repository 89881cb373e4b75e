export { attestErrors } from './attest-errors.ts';
export { type Cosign, createCosign, type SigningKey } from './cosign.ts';
export { createAttester } from './create-attester.ts';
export { createTrust } from './create-trust.ts';
export { describesImage, readBuildOrigin } from './provenance.ts';
export type { ImageContent, NpmPackage } from './sbom.ts';
export { signedDocuments } from './signed-documents.ts';
export { signingKey, verifyingKey } from './signing-key.ts';
