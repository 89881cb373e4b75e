export { composeEngine } from './fake-dokploy/compose-engine.ts';
export type { DeployConfig, DeployOutcome } from './fake-dokploy/play-behaviour.ts';
export {
  type FakeDokploy,
  type FakeDokployOptions,
  startFakeDokploy,
} from './fake-dokploy/start-fake-dokploy.ts';
export type { FakeService, RunningState, ServiceKind } from './fake-dokploy/world.ts';
export { type FakeGithub, startFakeGithub } from './fake-github.ts';
export { type RegistryRules, registryRules } from './fake-registry/registry-rules.ts';
export {
  type FakeRegistry,
  registryAccount,
  type RegistryRequest,
  startFakeRegistry,
} from './fake-registry/start-fake-registry.ts';
export { type Fault, type FaultProxy, type SeenRequest, startFaultProxy } from './fault-proxy.ts';
export { writeImageLayout } from './write-image-layout.ts';
