export { applyPlan } from './apply/apply-plan.ts';
export type { ApplyResult, StepEvent, StepOutcome } from './apply/apply-plan.ts';
export { carryOut, deploy } from './commands/deploy.ts';
export type { DeployReporter } from './commands/deploy.ts';
export { needsDeploy } from './plan/needs-deploy.ts';
export type { DeployNeed } from './plan/needs-deploy.ts';
export { normalizeOptions } from './plan/normalize-options.ts';
export type { DeployOptions } from './plan/normalize-options.ts';
export { planDeploy } from './plan/plan-deploy.ts';
export { candidateNamed, candidateRunning } from './plan/find-candidate.ts';
export { planRollout } from './plan/plan-rollout.ts';
export type { Candidate, RolloutRequest } from './plan/plan-rollout.ts';
export type { DeployPlan, PlannedStep, StepKind } from './plan/plan.ts';
export { readEnvironment, readSnapshot } from './plan/read-snapshot.ts';
export type { EnvironmentSnapshot, Snapshot } from './plan/read-snapshot.ts';
export { readReviewedPlan } from './plan/refuse-changed.ts';
export { renderPlan, renderReview } from './plan/render-plan.ts';
export { reviewPlan } from './plan/review-plan.ts';
export type { ReviewedPlan } from './plan/review-plan.ts';
export { createReport, describeError } from './apply/report.ts';
export type { DeployReport } from './apply/report.ts';
export { verdictCatalog } from './errors/verdict.ts';
export type { Verdict } from './errors/verdict.ts';
export { environments } from './environments.ts';
export type { Environment } from './environments.ts';
export { coreError, coreErrors } from './errors/catalog.ts';
export { DeliveryError, errorsOf, hasCode, reasonOf } from './errors/delivery-error.ts';
export type { Effect, ErrorCatalog, ErrorDetails, ErrorEntry } from './errors/delivery-error.ts';
export { FINGERPRINT_LABEL, fingerprintDocument, fingerprintTag } from './image/fingerprint.ts';
export type { FingerprintParts } from './image/fingerprint.ts';
export type * from './ports.ts';
export { judgeAnswer, verifyRunning } from './verify/verify-running.ts';
export { journalEntry } from './journal/journal-entry.ts';
export {
  freezeOf,
  isBlocked,
  isLockEntry,
  journalTag,
  lastReleaseOf,
  readJournalHeadings,
} from './journal/journal.ts';
export type { JournalEntry, JournalHeading, JournalKind } from './journal/journal.ts';
export { activeLocks } from './journal/lock.ts';
export { formatBytes, formatDuration } from './format.ts';
export { settleMovingTags } from './apply/settle-moving-tags.ts';
export type { MovedTag } from './apply/settle-moving-tags.ts';
export { tagsFor } from './plan/tag-policy.ts';
export { movingTagWinners, parseVersionTag, versionTags } from './image/version-tags.ts';
export { Secret } from './secret.ts';
export { redact } from './secrets/redact.ts';
export { isSecretName } from './secrets/secret-names.ts';
export type { Digest } from './image/digest.ts';
export { isDigest, shortDigest } from './image/digest.ts';
export type { Descriptor, ImageConfig, ImageIndex, ImageManifest } from './image/manifest.ts';
export { isImageIndex, mediaTypes } from './image/manifest.ts';
export type { Platform } from './image/platform.ts';
export { parsePlatform, platformName } from './image/platform.ts';
export type { Reference } from './image/reference.ts';
export { DOCKER_HUB, DOCKER_HUB_KEY, formatReference, isTag, parseReference } from './image/reference.ts';
export { sharedTopLayers } from './image/shared-layers.ts';
export { PROVENANCE_TYPE, SBOM_TYPE } from './image/attachment-types.ts';
export type { Credentials, CredentialSource, PasswordCredentials } from './credentials.ts';
