export type { ConnectionOptions } from './api/connection.ts';
export { createDokployTarget } from './target/create-dokploy-target.ts';
export type { DokployTargetOptions } from './target/create-dokploy-target.ts';
export { createWebhookTarget } from './webhook/create-webhook-target.ts';
export type { WebhookTargetOptions } from './webhook/create-webhook-target.ts';
export { createWebhookTrigger } from './webhook/create-webhook-trigger.ts';
export type { WebhookOptions } from './webhook/create-webhook-trigger.ts';
