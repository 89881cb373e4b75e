export { chooseBuilder, removeBuilder } from './builder.ts';
export { chooseEngine, engineAvailable, readEngineFacts } from './choose-engine.ts';
export { chromiumPath, findChromium } from './chromium-path.ts';
export { machineRelease } from './debian.ts';
export { FormBrowser } from './form-browser.ts';
export { startLocalIssuer, stopLocalIssuer } from './local-issuer.ts';
export { localProject, wantsPurge } from './local-project.ts';
export { nxEnvironment } from './nx-environment.ts';
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
export {
  LOCAL_REGISTRY,
  localRegistryStartedHere,
  prepareLocalRegistry,
  type RunningRegistry,
  startRegistry,
  stopLocalRegistry,
} from './registry.ts';
export { requireOrSkip } from './require-or-skip.ts';
export { findExecutable, isRoot, SandboxError } from './run.ts';
export { postgresBinaries, startPostgres } from './start-postgres.ts';
export { stopServices } from './stop-services.ts';
export { freePort } from './test-server.ts';
export { startTokenService, type TokenService } from './token-service.ts';
export { sandboxPath, workspaceRoot } from './workspace.ts';
