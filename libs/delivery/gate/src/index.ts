export type { GateFinding, GateRule } from './gate-finding.ts';
export type { GateConfig, GateImage, GateLayer, GateManifest } from './gate-image.ts';
export { defaultGatePolicy } from './gate-policy.ts';
export type { GatePolicy, SizeBudget } from './gate-policy.ts';
export { inspectImage } from './inspect-image.ts';
export { renderFindings } from './render-findings.ts';
export type { KnownSecret } from './secrets/known-secrets.ts';
