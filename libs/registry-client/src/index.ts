export type { Credentials, CredentialSource } from './credentials.ts';
export { readDockerCredentials } from './docker-config/read-docker-credentials.ts';
export { inspectRegistry } from './inspect-registry.ts';
export type { RateLimit, RegistryInspector } from './inspect-registry.ts';
export { createRegistry } from './registry.ts';
export type { RegistryOptions } from './registry.ts';
export { openLayout } from './layout/open-layout.ts';
export { readImageLayout } from './layout/read-image-layout.ts';
