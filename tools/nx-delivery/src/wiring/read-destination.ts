import { coreError, type Environment, Secret } from '@ehr/delivery-core';
import type { Variables } from './read-settings.ts';

const KINDS = ['compose', 'stack', 'application'] as const;

/** What a service is in Dokploy. */
export interface DokployIdentity {
  readonly kind: (typeof KINDS)[number];
  readonly id: string;
}

/** Where an environment runs, by its settings. */
export type Destination =
  | ({
      readonly via: 'dokploy';
      readonly url: string;
      readonly apiKey: Secret;
      readonly publicUrl: string;
    } & DokployIdentity)
  | { readonly via: 'webhook'; readonly url: Secret; readonly publicUrl: string }
  | { readonly via: 'docker compose' };

/**
 * Dokploy by its API, Dokploy by a webhook, or, with neither set up, docker compose.
 * @throws OPTIONS_INVALID for half of one, and for names that webhooks had before; it names everything that is missing.
 */
export function readDestination(
  environment: Environment,
  { setting }: Pick<Variables, 'setting'>,
  prefix: string,
  /** False for who asks the platform alone: the service's address is empty then where nobody says it. */
  needsAddress = true,
): Destination {
  const problems: string[] = [];
  const need = (name: string): string => {
    const value = setting(name);
    if (value === undefined) problems.push(`${name} is not set for ${environment}`);
    return value ?? '';
  };
  const address = () => {
    const name = `${prefix}_PUBLIC_URL`;
    return needsAddress ? need(name) : (setting(name) ?? '');
  };
  const url = setting('DOKPLOY_URL');
  const webhookName = `DOKPLOY_WEBHOOK_${prefix}`;
  const webhook = setting(webhookName);
  const suffix = environment.toUpperCase();
  problems.push(
    ...[`DOKPLOY_WEBHOOK_${suffix}`, `${webhookName}_${suffix}`]
      .filter((old) => setting(old) !== undefined)
      .map((old) => `${old} is called ${webhookName} now, one for each service and environment`),
  );
  let destination: Destination = { via: 'docker compose' };
  if (url !== undefined) {
    const apiKey = new Secret(need('DOKPLOY_API_KEY'));
    const publicUrl = address();
    const identity = identityOf(setting, prefix);
    if (typeof identity === 'string') problems.push(`${identity} for ${environment}`);
    else destination = { via: 'dokploy', url, apiKey, publicUrl, ...identity };
  } else if (webhook !== undefined) {
    destination = { via: 'webhook', url: new Secret(webhook), publicUrl: address() };
  }
  if (problems.length === 0) return destination;
  throw coreError('OPTIONS_INVALID', `${problems.join('; ')}, which is deployed by Dokploy.`, {
    hint: `Set it in the process environment or in .env.${environment}; .env.${environment}.example describes it.`,
  });
}

/** `DOKPLOY_API_COMPOSE_ID`: the setting that says what the service is in Dokploy. */
export function identityName(prefix: string, kind: DokployIdentity['kind']): string {
  return `DOKPLOY_${prefix}_${kind.toUpperCase()}_ID`;
}

/**
 * Exactly one of `DOKPLOY_<PREFIX>_COMPOSE_ID`, `…_STACK_ID` and `…_APPLICATION_ID` says what the service is; else
 * what is wrong.
 */
export function identityOf(setting: Variables['setting'], prefix: string): DokployIdentity | string {
  const [first, ...others] = KINDS.flatMap((kind) => {
    const id = setting(identityName(prefix, kind));
    return id === undefined ? [] : [{ kind, id }];
  });
  if (first !== undefined && others.length === 0) return first;
  const list = KINDS.map((kind) => identityName(prefix, kind)).join(', ');
  return `exactly one of ${list} must be set (${first === undefined ? 'none is' : 'several are'})`;
}
