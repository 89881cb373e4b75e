export { readDockerCredentials } from './docker-credentials.ts';
export { inspectRegistry } from './inspect-registry.ts';
export type { RegistryInspector } from './inspect-registry.ts';
export { openLayout, readImageLayout } from './layout.ts';
export { createReferrers } from './referrers.ts';
export type { Referrer, Referrers } from './referrers.ts';
export { registryErrors } from './registry-errors.ts';
export { createRegistry } from './registry.ts';
