import { Secret, coreError } from '@ehr/delivery-core';
import type { DeployOptions } from '@ehr/delivery-core';
import { examineDokploy, pingDokploy } from '@ehr/delivery-dokploy';
import type { ConnectionOptions, DokployFacts, Fact } from '@ehr/delivery-dokploy';
import type { ServiceFacts } from '../delivery/create-target.ts';
import { identityOf } from '../delivery/read-destination.ts';
import type { Destination } from '../delivery/read-destination.ts';
import type { Settings } from '../delivery/read-settings.ts';

/** What can be known of Dokploy where an environment goes. */
export type DokployAsked =
  | { readonly kind: 'not-used' }
  /** Deployed by webhook, and no key to ask with: only that it answers. */
  | { readonly kind: 'webhook-only'; readonly ping: () => Promise<void> }
  | { readonly kind: 'asked'; readonly byWebhook: boolean; readonly facts: DokployFacts };

export async function askDokploy(
  destination: Destination,
  { options, facts }: { readonly options: DeployOptions; readonly facts: ServiceFacts },
  { setting }: Pick<Settings, 'setting'>,
  patience: Partial<ConnectionOptions>,
): Promise<DokployAsked> {
  if (destination.via === 'docker compose') return { kind: 'not-used' };
  const { variablePrefix } = facts;
  const shared = {
    ...patience,
    variablePrefix,
    service: options.service,
    repository: `${options.registry}/${options.namespace}/${options.service}`,
  };
  if (destination.via === 'dokploy') {
    return { kind: 'asked', byWebhook: false, facts: await examineDokploy({ ...shared, ...destination }) };
  }
  const url = originOf(destination.url);
  const key = setting('DOKPLOY_API_KEY');
  if (key === undefined) return { kind: 'webhook-only', ping: () => pingDokploy({ ...patience, url }) };
  const identity = identityOf(setting, variablePrefix, options.environment);
  const apiKey = new Secret(key);
  return {
    kind: 'asked',
    byWebhook: true,
    facts: await examineDokploy({ ...shared, ...identity, url, apiKey }),
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
