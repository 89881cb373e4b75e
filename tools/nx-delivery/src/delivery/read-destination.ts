import { Secret, coreError } from '@ehr/delivery-core';
import type { Environment } from '@ehr/delivery-core';
import type { Settings } from './read-settings.ts';

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

/** Dokploy by its API, Dokploy by a webhook, or, with neither set up, docker compose; throws OPTIONS_INVALID for half of one. */
export function readDestination(
  environment: Environment,
  { setting }: Pick<Settings, 'setting'>,
  prefix: string,
): Destination {
  const need = (name: string): string => {
    const value = setting(name);
    if (value !== undefined) return value;
    throw coreError(
      'OPTIONS_INVALID',
      `${name} is not set for ${environment}, which is deployed by Dokploy.`,
      {
        hint: `Set it in the process environment or in .env.${environment}; .env.${environment}.example describes it.`,
      },
    );
  };
  const url = setting('DOKPLOY_URL');
  if (url !== undefined) {
    const apiKey = new Secret(need('DOKPLOY_API_KEY'));
    const publicUrl = need(`${prefix}_PUBLIC_URL`);
    return { via: 'dokploy', url, apiKey, publicUrl, ...identityOf(setting, prefix, environment) };
  }
  const suffix = environment.toUpperCase();
  const webhook = setting(`DOKPLOY_WEBHOOK_${prefix}_${suffix}`) ?? setting(`DOKPLOY_WEBHOOK_${suffix}`);
  if (webhook === undefined) return { via: 'docker compose' };
  return { via: 'webhook', url: new Secret(webhook), publicUrl: need(`${prefix}_PUBLIC_URL`) };
}

/** `DOKPLOY_API_COMPOSE_ID`: the setting that says what the service is in Dokploy. */
export function identityName(prefix: string, kind: DokployIdentity['kind']): string {
  return `DOKPLOY_${prefix}_${kind.toUpperCase()}_ID`;
}

/** Exactly one of `DOKPLOY_<PREFIX>_COMPOSE_ID`, `…_STACK_ID` and `…_APPLICATION_ID` says what the service is. */
export function identityOf(
  setting: Settings['setting'],
  prefix: string,
  environment: Environment,
): DokployIdentity {
  const [first, ...others] = KINDS.flatMap((kind) => {
    const id = setting(identityName(prefix, kind));
    return id === undefined ? [] : [{ kind, id }];
  });
  if (first !== undefined && others.length === 0) return first;
  const list = KINDS.map((kind) => identityName(prefix, kind)).join(', ');
  throw coreError(
    'OPTIONS_INVALID',
    `Exactly one of ${list} must be set for ${environment}; ${first === undefined ? 'none is' : 'several are'}.`,
  );
}
