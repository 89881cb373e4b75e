export { defaultGatePolicy, type KnownSecret } from './gate-model.ts';
export { inspectImage } from './inspect-image.ts';
export { renderFindings } from './render-findings.ts';
