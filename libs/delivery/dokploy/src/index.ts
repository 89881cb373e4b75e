export type { ConnectionOptions } from './api/connection.ts';
export { createDokployTarget, type DokployTargetOptions } from './target/create-dokploy-target.ts';
export {
  createWebhookTarget,
  createWebhookTrigger,
  type WebhookOptions,
  type WebhookTargetOptions,
} from './webhook.ts';
export {
  inspectDokploy,
  knownVersions,
  pingDokploy,
  type DokployFacts,
  type InspectOptions,
  type Fact,
  type QueueFacts,
  type ServiceFacts,
} from './doctor/inspect-dokploy.ts';
export { composeCommand } from './setup/compose-command.ts';
export {
  readApplicationName,
  setUpService,
  type SetUpOptions,
  type SetUpResult,
} from './setup/set-up-service.ts';
export { plainHost } from './target/read-compose-file.ts';
export { healthUrl } from './target/health-url.ts';
export { dokployError, dokployErrors } from './dokploy-errors.ts';
