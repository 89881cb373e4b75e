export {
  defaultGatePolicy,
  type GateConfig,
  type GateFinding,
  type GateImage,
  type GateLayer,
  type GateManifest,
  type GatePolicy,
  type GateRule,
  type KnownSecret,
  type SizeBudget,
} from './gate-model.ts';
export { inspectImage } from './inspect-image.ts';
export { renderFindings } from './render-findings.ts';
