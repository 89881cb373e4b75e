export { digestOf } from './artifact.ts';
export { readDockerCredentials } from './docker-credentials.ts';
export { createDocuments } from './documents.ts';
export { inspectRegistry, type RegistryInspector } from './inspect-registry.ts';
export { openLayout, openSingleImage, readImageLayout } from './layout.ts';
export { createReferrers, type Referrer, type Referrers } from './referrers.ts';
export { createRegistry } from './registry.ts';
export { registryErrors } from './registry-errors.ts';
export { createTransport, type Transport } from './transport.ts';
