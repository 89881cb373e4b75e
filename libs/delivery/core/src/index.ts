export { affected, type AffectedPorts, type AffectedRequest, type ServiceNeed } from './commands/affected.ts';
export { deploy, type DeployPorts, type DeployRequest } from './commands/deploy.ts';
export { history, type HistoryRequest } from './commands/history.ts';
export { promote, type PromotePorts } from './commands/promote.ts';
export { rollback, type RollbackRequest } from './commands/rollback.ts';
export type { Mode, Reporter, RolloutPorts, RolloutRequest, RolloutResult } from './commands/run-rollout.ts';
export { status, type Status, type StatusPorts, type StatusRequest } from './commands/status.ts';

export type { Report } from './apply/report.ts';
export type { StepEvent, StepOutcome } from './apply/step-event.ts';
export { settleRanges } from './apply/settle-moving-tags.ts';
export type { Plan, PlannedStep, PlannedTag, Previous, StepKind } from './plan/plan.ts';
export { commitsBetween, type PlanDocument } from './plan/plan-document.ts';
export { renderPlan } from './plan/render-plan.ts';
export { readReviewedPlan, type ReviewedPlan } from './plan/reviewed-plan.ts';
export { tagsFor } from './plan/tag-policy.ts';
export { restartsOf } from './verify/restarts-of.ts';
export {
  compareRunning,
  type Comparison,
  type ExpectedImage,
  type RunningState,
} from './verify/compare-running.ts';

export { coreError, coreErrors } from './errors/catalog.ts';
export {
  DeliveryError,
  describeError,
  errorsOf,
  hasCode,
  reasonOf,
  verdictOfThrown,
  type DescribedError,
  type Effect,
  type ErrorCatalog,
  type ErrorDetails,
  type ErrorEntry,
} from './errors/delivery-error.ts';
export { exitStatus, verdictCatalog, type Verdict } from './errors/verdict.ts';

export {
  freezeOf,
  isBlocked,
  journalEntry,
  journalTag,
  lastReleaseOf,
  nextSequence,
  readJournalHeadings,
  wasReleased,
  wasReleasedAnywhere,
  type JournalEntry,
  type JournalHeading,
  type JournalKind,
} from './journal/journal.ts';
export { lockTag, otherHolder, takeLock, type Lock, type LockPorts } from './journal/lock.ts';
export type { Origin } from './plan/find-candidate.ts';

export { PROVENANCE_TYPE, SBOM_TYPE } from './image/attachment-types.ts';
export { dataPlaceOf, keepsData, type DataPlace, type DataSetUp } from './image/data-place.ts';
export { isDigest, shortDigest, type Digest } from './image/digest.ts';
export {
  FINGERPRINT_LABEL,
  fingerprintDocument,
  fingerprintTag,
  type FingerprintParts,
} from './image/fingerprint.ts';
export {
  isImageIndex,
  mediaTypes,
  type Descriptor,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
} from './image/manifest.ts';
export { parsePlatform, platformName, type Platform } from './image/platform.ts';
export {
  DOCKER_HUB,
  DOCKER_HUB_KEY,
  formatReference,
  isPinned,
  isTag,
  parseReference,
  tagAndDigest,
  type PinnedReference,
  type Reference,
} from './image/reference.ts';
export { sharedTopLayers } from './image/shared-layers.ts';
export { movingTagsOf, parseVersionTag, versionTags, versionTagsIn } from './image/version-tags.ts';

export { waitUntil, type Clock, type Patience } from './clock.ts';
export type { Credentials, CredentialSource, PasswordCredentials } from './credentials.ts';
export { branchOf, environments, type Environment } from './environments.ts';
export { formatBytes, formatDuration } from './format.ts';
export type * from './ports.ts';
export { Secret } from './secrets/secret.ts';
export { redact } from './secrets/redact.ts';
export { isSecretName } from './secrets/secret-names.ts';
