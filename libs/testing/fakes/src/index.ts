export { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from './fault-proxy.ts';
export { composeEngine } from './fake-dokploy/compose-engine.ts';
export type { DeployConfig, DeployOutcome } from './fake-dokploy/play-behaviour.ts';
export {
  startFakeDokploy,
  type FakeDokploy,
  type FakeDokployOptions,
} from './fake-dokploy/start-fake-dokploy.ts';
export type { FakeService, RunningState, ServiceKind } from './fake-dokploy/world.ts';
export { startFakeGithub, type FakeGithub } from './fake-github.ts';
export { writeImageLayout } from './write-image-layout.ts';
