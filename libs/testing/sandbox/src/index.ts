export { chooseBuilder, removeBuilder } from './builder.ts';
export { chooseEngine, engineAvailable, readEngineFacts } from './choose-engine.ts';
export { chromiumPath, findChromium } from './chromium-path.ts';
export { machineRelease } from './debian-release.ts';
export {
  LOCAL_REGISTRY,
  localRegistryStartedHere,
  prepareLocalRegistry,
  stopLocalRegistry,
} from './local-registry.ts';
export { installPackages, testPackages } from './packages.ts';
export {
  engineRanHere,
  engineStartedHere,
  prepareEngine,
  startEngine,
  stopEngine,
} from './prepare-engine.ts';
export { provideBaseImage, removeStandIn } from './provide-base-image.ts';
export { registerArm64 } from './register-arm64.ts';
export { requireOrSkip } from './require-or-skip.ts';
export { findExecutable, isRoot } from './run.ts';
export { SandboxError } from './sandbox-error.ts';
export { postgresBinaries, startPostgres } from './start-postgres.ts';
export { startRegistry, type RunningRegistry } from './start-registry.ts';
export { stopServices } from './stop-services.ts';
export { freePort } from './test-server.ts';
export { sandboxPath, workspaceRoot } from './workspace.ts';
