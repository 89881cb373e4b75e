export { alreadyDeployed, createRecordingPorts, type RecordingPorts, type World } from './recording-ports.ts';
