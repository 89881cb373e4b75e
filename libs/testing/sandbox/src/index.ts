export { chromiumPath } from './browser/chromium-path.ts';
export { registerArm64 } from './emulation/register-arm64.ts';
export { engineAvailable } from './engine/engine-available.ts';
export { startPostgres, type RunningPostgres } from './postgres/start-postgres.ts';
export { startRegistry, type RunningRegistry } from './registry/start-registry.ts';
export { requireOrSkip, type Component } from './requirements/require-or-skip.ts';
export { freePort } from './processes/free-port.ts';
export { installPackages } from './apt/install-packages.ts';
export { machineRelease } from './apt/machine-release.ts';
export { provideBaseImage, removeStandIn } from './base-image/provide-base-image.ts';
export { findChromium } from './browser/chromium-path.ts';
export { chooseBuilder, removeBuilder } from './engine/choose-builder.ts';
export { chooseEngine } from './engine/choose-engine.ts';
export { readEngineFacts } from './engine/engine-facts.ts';
export { prepareEngine } from './engine/prepare-engine.ts';
export { engineRanHere, engineStartedHere, startEngine, stopEngine } from './engine/start-engine.ts';
export { postgresBinaries } from './postgres/postgres-binaries.ts';
export { findExecutable } from './processes/find-executable.ts';
export { isRoot } from './processes/is-root.ts';
export {
  LOCAL_REGISTRY,
  localRegistryStartedHere,
  prepareLocalRegistry,
  stopLocalRegistry,
} from './registry/local-registry.ts';
export { testPackages } from './requirements/test-packages.ts';
export { SandboxError } from './sandbox-error.ts';
export { stopServices } from './services/stop-services.ts';
export { sandboxPath, workspaceRoot } from './workspace.ts';
