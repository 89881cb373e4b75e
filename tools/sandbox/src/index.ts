export { chromiumPath } from './browser/chromium-path.ts';
export { registerArm64 } from './emulation/register-arm64.ts';
export { engineAvailable } from './engine/engine-available.ts';
export { startPostgres, type RunningPostgres } from './postgres/start-postgres.ts';
export { startRegistry, type RunningRegistry } from './registry/start-registry.ts';
export { requireOrSkip, type Component } from './requirements/require-or-skip.ts';
export { freePort } from './processes/free-port.ts';
