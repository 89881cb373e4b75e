import type { Target } from '@ehr/delivery-core';
import { healthUrl, type PublicAddress } from '../target/health-url.ts';
import { createWebhookTrigger, type WebhookOptions } from './create-webhook-trigger.ts';

/** Which webhook, and where the service answers. */
export type WebhookTargetOptions = WebhookOptions & PublicAddress;

/**
 * The `Target` port when only a webhook is known. It can neither pin nor inspect: the environment's tag decides what is
 * deployed, if the service pulls at all, and only the verification shows how it ended. Throws what the webhook throws.
 */
export function createWebhookTarget(options: WebhookTargetOptions): Target {
  const trigger = createWebhookTrigger(options);
  return {
    name: `Dokploy webhook of ${options.service}`,
    // A webhook does not show what the service is set up to run.
    inspect: async () => ({ image: null, revision: null, version: null, healthUrl: healthUrl(options) }),
    smokeTest: null,
    // A webhook carries nothing: the environment's tag decides.
    variablesFor: () => ({}),
    trigger,
    explainPrevious: async () => null,
    settle: async (onProgress) => {
      onProgress('queued; a webhook shows nothing more');
    },
  };
}
