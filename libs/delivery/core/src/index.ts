export type { Report } from './apply/report.ts';
export { settleRanges } from './apply/settle-moving-tags.ts';
export type { StepEvent, StepOutcome } from './apply/step-event.ts';
export { type Clock, type Patience, waitUntil } from './clock.ts';
export { affected, type AffectedPorts, type AffectedRequest, type ServiceNeed } from './commands/affected.ts';
export { deploy, type DeployPorts, type DeployRequest } from './commands/deploy.ts';
export { history, type HistoryRequest } from './commands/history.ts';
export { promote, type PromotePorts } from './commands/promote.ts';
export { rollback, type RollbackRequest } from './commands/rollback.ts';
export type { Mode, Reporter, RolloutPorts, RolloutRequest, RolloutResult } from './commands/run-rollout.ts';
export { runningRevision } from './commands/running-revision.ts';
export { type Status, status, type StatusPorts, type StatusRequest } from './commands/status.ts';
export type { Credentials, CredentialSource, PasswordCredentials } from './credentials.ts';
export { branchOf, type Environment, environments } from './environments.ts';
export { coreError, coreErrors } from './errors/catalog.ts';
export {
  DeliveryError,
  type DescribedError,
  describeError,
  type Effect,
  type ErrorCatalog,
  type ErrorDetails,
  type ErrorEntry,
  errorsOf,
  hasCode,
  reasonOf,
  verdictOfThrown,
} from './errors/delivery-error.ts';
export { exitStatus, type Verdict, verdictCatalog } from './errors/verdict.ts';
export { formatBytes, formatDuration, formatTime } from './format.ts';
export { PROVENANCE_TYPE, SBOM_TYPE } from './image/attachment-types.ts';
export {
  baseImageIn,
  STAND_IN_LABEL,
  STAND_IN_REGISTRY,
  standInForLabel,
  standInForName,
  standInName,
  withBaseImage,
} from './image/base-image.ts';
export { type DataPlace, dataPlaceOf, type DataSetUp, keepsData } from './image/data-place.ts';
export { type Digest, isDigest, shortDigest } from './image/digest.ts';
export {
  FINGERPRINT_LABEL,
  fingerprintDocument,
  type FingerprintParts,
  fingerprintTag,
} from './image/fingerprint.ts';
export {
  type Descriptor,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  isImageIndex,
  mediaTypes,
} from './image/manifest.ts';
export { parsePlatform, type Platform, platformName } from './image/platform.ts';
export {
  DOCKER_HUB,
  DOCKER_HUB_KEY,
  formatReference,
  isLoopback,
  isPinned,
  isTag,
  parseReference,
  type PinnedReference,
  type Reference,
  tagAndDigest,
} from './image/reference.ts';
export { type ImageSchema, imageSchemaOf } from './image/schema.ts';
export { sharedTopLayers } from './image/shared-layers.ts';
export { bytesToPull, type StoredImage, type StoredLayer } from './image/stored-image.ts';
export { movingTagsOf, parseVersionTag, versionTags, versionTagsIn } from './image/version-tags.ts';
export type { Documents } from './journal/documents.ts';
export {
  freezeOf,
  type Happening,
  isBlocked,
  type JournalEntry,
  lastReleaseOf,
  shortRevision,
  wasReleased,
  wasReleasedAnywhere,
} from './journal/journal.ts';
export { NEWEST_TAG } from './journal/journal-document.ts';
export { type Holder, type Lock, type LockPorts, lockTag, otherHolder, takeLock } from './journal/lock.ts';
export { type Journal, openJournal } from './journal/open-journal.ts';
export { MOST_RECENT } from './journal/release-line.ts';
export { type SupersededRun, supersededRuns } from './journal/superseded.ts';
export type { Origin } from './plan/find-candidate.ts';
export type { Plan, PlannedStep, PlannedTag, Previous, StepKind } from './plan/plan.ts';
export { commitsBetween, type PlanDocument } from './plan/plan-document.ts';
export { renderPlan } from './plan/render-plan.ts';
export { readReviewedPlan, type ReviewedPlan } from './plan/reviewed-plan.ts';
export { tagsFor } from './plan/tag-policy.ts';
export type * from './ports.ts';
export { redact } from './secrets/redact.ts';
export { Secret } from './secrets/secret.ts';
export { isSecretName } from './secrets/secret-names.ts';
export { type Trust, trustAnybody } from './trust.ts';
export {
  compareRunning,
  type Comparison,
  type ExpectedImage,
  failingChecks,
  type RunningState,
} from './verify/compare-running.ts';
export { restartsOf } from './verify/restarts-of.ts';
