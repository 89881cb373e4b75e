export { alreadyDeployed, createRecordingPorts, type RecordingPorts, type World } from './recording-ports.ts';
export { reportOf, requestOf, silent } from './run-deploy.ts';
