import type { Secret, Target } from '@ehr/delivery-core';
import { healthUrl } from '../target/health-url.ts';
import type { PublicAddress } from '../target/health-url.ts';
import { createWebhookTrigger } from './create-webhook-trigger.ts';
import type { WebhookOptions } from './create-webhook-trigger.ts';

export interface WebhookTargetOptions extends WebhookOptions, PublicAddress {
  readonly url: Secret;
}

/**
 * The `Target` port when only a webhook is known. It can neither pin nor ask: the environment's tag decides what is
 * deployed, if the service pulls at all, and nothing but the verification can tell how it went.
 */
export function createWebhookTarget(options: WebhookTargetOptions): Target {
  const trigger = createWebhookTrigger(options);
  return {
    name: `Dokploy webhook of ${options.service}`,
    // What it is set up to run cannot be asked through a webhook.
    inspect: async () => ({ image: null, revision: null, version: null, healthUrl: healthUrl(options) }),
    smokeTest: null,
    // A webhook carries nothing: the environment's tag decides.
    variablesFor: () => ({}),
    trigger,
    explainPrevious: async () => null,
    settle: async (onProgress) => {
      onProgress('queued; a webhook tells nothing more');
    },
  };
}
