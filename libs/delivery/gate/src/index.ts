export {
  type Acceptance,
  defaultGatePolicy,
  gateRules,
  type KnownSecret,
  type LayerMemory,
} from './gate-model.ts';
export { inspectImage } from './inspect-image.ts';
export { renderFindings } from './render-findings.ts';
export { rulesVersion } from './rules-version.ts';
