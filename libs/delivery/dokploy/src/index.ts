export type { ConnectionOptions } from './api/connection.ts';
export { createDokployTarget, type DokployTargetOptions } from './target/create-dokploy-target.ts';
export { createWebhookTarget, type WebhookTargetOptions } from './webhook/create-webhook-target.ts';
export { createWebhookTrigger, type WebhookOptions } from './webhook/create-webhook-trigger.ts';
export {
  inspectDokploy,
  knownVersions,
  pingDokploy,
  type DokployFacts,
  type InspectOptions,
  type Fact,
  type QueueFacts,
} from './doctor/inspect-dokploy.ts';
export type { ServiceFacts } from './doctor/inspect-service.ts';
export { composeCommand } from './setup/compose-command.ts';
export { setUpService, type SetUpOptions, type SetUpResult } from './setup/set-up-service.ts';
export { healthUrl } from './target/health-url.ts';
export { dokployError, dokployErrors } from './dokploy-errors.ts';
