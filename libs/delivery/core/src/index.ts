export { affected } from './commands/affected.ts';
export type { AffectedPorts, AffectedRequest, ServiceNeed } from './commands/affected.ts';
export { deploy } from './commands/deploy.ts';
export type { DeployPorts, DeployRequest } from './commands/deploy.ts';
export { history } from './commands/history.ts';
export type { HistoryRequest } from './commands/history.ts';
export { promote } from './commands/promote.ts';
export type { PromotePorts, PromoteRequest } from './commands/promote.ts';
export { rollback } from './commands/rollback.ts';
export type { RollbackRequest } from './commands/rollback.ts';
export type { Mode, Reporter, RolloutPorts, RolloutRequest, RolloutResult } from './commands/run-rollout.ts';
export { status } from './commands/status.ts';
export type { Status, StatusPorts, StatusRequest } from './commands/status.ts';

export type { Report } from './apply/report.ts';
export type { StepEvent, StepOutcome } from './apply/step-event.ts';
export { settleMovingTags } from './apply/settle-moving-tags.ts';
export type { Plan, PlannedStep, PlannedTag, Previous, StepKind } from './plan/plan.ts';
export { commitsBetween } from './plan/plan-document.ts';
export type { PlanDocument } from './plan/plan-document.ts';
export { renderPlan } from './plan/render-plan.ts';
export { readReviewedPlan } from './plan/reviewed-plan.ts';
export type { ReviewedPlan } from './plan/reviewed-plan.ts';
export { tagsFor } from './plan/tag-policy.ts';
export { compareRunning } from './verify/compare-running.ts';
export type { Comparison, ExpectedImage, RunningState } from './verify/compare-running.ts';

export { coreError, coreErrors } from './errors/catalog.ts';
export {
  DeliveryError,
  describeError,
  errorsOf,
  hasCode,
  reasonOf,
  verdictOfThrown,
} from './errors/delivery-error.ts';
export type {
  DescribedError,
  Effect,
  ErrorCatalog,
  ErrorDetails,
  ErrorEntry,
} from './errors/delivery-error.ts';
export { exitStatus, verdictCatalog } from './errors/verdict.ts';
export type { Verdict } from './errors/verdict.ts';

export {
  freezeOf,
  isBlocked,
  journalEntry,
  journalTag,
  lastReleaseOf,
  readJournalHeadings,
  wasReleased,
} from './journal/journal.ts';
export type { JournalEntry, JournalHeading, JournalKind } from './journal/journal.ts';
export { activeLocks } from './journal/lock.ts';

export { PROVENANCE_TYPE, SBOM_TYPE } from './image/attachment-types.ts';
export type { Digest } from './image/digest.ts';
export { isDigest, shortDigest } from './image/digest.ts';
export { FINGERPRINT_LABEL, fingerprintDocument, fingerprintTag } from './image/fingerprint.ts';
export type { FingerprintParts } from './image/fingerprint.ts';
export type { Descriptor, ImageConfig, ImageIndex, ImageManifest } from './image/manifest.ts';
export { isImageIndex, mediaTypes } from './image/manifest.ts';
export type { Platform } from './image/platform.ts';
export { parsePlatform, platformName } from './image/platform.ts';
export type { PinnedReference, Reference } from './image/reference.ts';
export {
  DOCKER_HUB,
  DOCKER_HUB_KEY,
  formatReference,
  isPinned,
  isTag,
  parseReference,
  tagAndDigest,
} from './image/reference.ts';
export { sharedTopLayers } from './image/shared-layers.ts';
export { movingTagWinners, parseVersionTag, versionTags } from './image/version-tags.ts';

export { waitUntil } from './clock.ts';
export type { Clock, Patience } from './clock.ts';
export type { Credentials, CredentialSource, PasswordCredentials } from './credentials.ts';
export { environments } from './environments.ts';
export type { Environment } from './environments.ts';
export { formatBytes, formatDuration } from './format.ts';
export type * from './ports.ts';
export { Secret } from './secrets/secret.ts';
export { redact } from './secrets/redact.ts';
export { isSecretName } from './secrets/secret-names.ts';
