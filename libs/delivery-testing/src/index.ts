export { startFaultProxy } from './fault-proxy.ts';
export type { Fault, FaultProxy, SeenRequest } from './fault-proxy.ts';
export { composeEngine } from './fake-dokploy/compose-engine.ts';
export type { KeyOptions } from './fake-dokploy/keys.ts';
export type { Behaviour, DeployConfig, DeployOutcome } from './fake-dokploy/play-behaviour.ts';
export { startFakeDokploy } from './fake-dokploy/start-fake-dokploy.ts';
export type { FakeDokploy, FakeDokployOptions, SeenCall } from './fake-dokploy/start-fake-dokploy.ts';
export type { FakeService, RunningState, ServiceKind } from './fake-dokploy/world.ts';
export { writeImageLayout } from './write-image-layout.ts';
