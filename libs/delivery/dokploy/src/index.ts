export type { ConnectionOptions } from './api/connection.ts';
export {
  type DokployFacts,
  type Fact,
  inspectDokploy,
  type InspectOptions,
  knownVersions,
  pingDokploy,
  type QueueFacts,
  type ServiceFacts,
} from './doctor/inspect-dokploy.ts';
export { dokployError, dokployErrors } from './dokploy-errors.ts';
export { readApplicationNames } from './setup/application-names.ts';
export { composeCommand } from './setup/compose-command.ts';
export type { Needed, SetUpOptions } from './setup/set-up-options.ts';
export { type SetUpResult, setUpService } from './setup/set-up-service.ts';
export { createDokployTarget, type DokployTargetOptions } from './target/create-dokploy-target.ts';
export { healthUrl } from './target/health-url.ts';
export { plainHost } from './target/read-compose-file.ts';
export {
  createWebhookTarget,
  createWebhookTrigger,
  type WebhookOptions,
  type WebhookTargetOptions,
} from './webhook.ts';
