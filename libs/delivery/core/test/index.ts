export { alreadyDeployed, createRecordingPorts } from './recording-ports.ts';
export type { RecordingPorts, World } from './recording-ports.ts';
