import { coreError, Secret } from '@ehr/delivery-core';
import {
  type ConnectionOptions,
  type DokployFacts,
  type Fact,
  inspectDokploy as inspectServer,
  pingDokploy,
} from '@ehr/delivery-dokploy';
import type { Service } from '../wiring/open-service.ts';
import { identityOf } from '../wiring/read-destination.ts';

/** What can be known of Dokploy where an environment goes. */
export type InspectedDokploy =
  | { readonly kind: 'not-used' }
  /** Deployed by webhook, and no key to ask with: only that it answers. */
  | { readonly kind: 'webhook-only'; readonly ping: () => Promise<void> }
  | { readonly kind: 'inspected'; readonly byWebhook: boolean; readonly facts: DokployFacts };

/** Inspects Dokploy where the environment is deployed by it. */
export async function inspectDokploy(
  { name: service, environment, facts, settings, destination, repository }: Service,
  patience: Partial<ConnectionOptions>,
): Promise<InspectedDokploy> {
  if (destination.via === 'docker compose') return { kind: 'not-used' };
  const { variablePrefix } = facts;
  const shared = { ...patience, variablePrefix, service, repository };
  if (destination.via === 'dokploy') {
    return { kind: 'inspected', byWebhook: false, facts: await inspectServer({ ...shared, ...destination }) };
  }
  const url = originOf(destination.url);
  const key = settings.setting('DOKPLOY_API_KEY');
  if (key === undefined) return { kind: 'webhook-only', ping: () => pingDokploy({ ...patience, url }) };
  const identity = identityOf(settings.setting, variablePrefix);
  if (typeof identity === 'string') throw coreError('OPTIONS_INVALID', `${identity} for ${environment}.`);
  const apiKey = new Secret(key);
  return {
    kind: 'inspected',
    byWebhook: true,
    facts: await inspectServer({ ...shared, ...identity, url, apiKey }),
  };
}

/** A fact's value; the reason it could not be had is thrown, and makes a check unknown. */
export function valueOf<T>(fact: Fact<T>): T {
  if (fact.known) return fact.value;
  throw fact.error;
}

/** The server a webhook belongs to, without the token in its path. */
function originOf(webhook: Secret): string {
  if (URL.canParse(webhook.reveal())) return new URL(webhook.reveal()).origin;
  throw coreError('OPTIONS_INVALID', 'The webhook is not an http(s) address; its value is not shown.');
}
