export { startFaultProxy } from './fault-proxy.ts';
export type { Fault, FaultProxy, SeenRequest } from './fault-proxy.ts';
export { writeImageLayout } from './write-image-layout.ts';
