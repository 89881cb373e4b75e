export { defaultGatePolicy } from './gate-model.ts';
export type {
  GateConfig,
  GateFinding,
  GateImage,
  GateLayer,
  GateManifest,
  GatePolicy,
  GateRule,
  KnownSecret,
  SizeBudget,
} from './gate-model.ts';
export { inspectImage } from './inspect-image.ts';
export { renderFindings } from './render-findings.ts';
