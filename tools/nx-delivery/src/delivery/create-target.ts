import { createComposeTarget } from '@ehr/compose-target';
import { DeliveryError, Secret } from '@ehr/delivery';
import type { DeployOptions, Environment, Target } from '@ehr/delivery';
import { createDokployTarget, createWebhookTarget } from '@ehr/dokploy-client';
import type { Settings } from './read-settings.ts';

/** What a project's `deploy` target says of the service; the other targets read it there too. */
export interface ServiceFacts {
  readonly containerPort: number;
  readonly variablePrefix: string;
}

const KINDS = ['compose', 'stack', 'application'] as const;
/** The branch whose push deploys an environment: Dokploy's webhooks compare it with their own. */
const BRANCHES: Partial<Record<Environment, string>> = { dev: 'develop', staging: 'staging', prod: 'main' };

/** Where the environment runs: Dokploy by its API, Dokploy by a webhook, or, with neither set up, docker compose. */
export function createTarget(
  options: DeployOptions,
  settings: Settings,
  facts: ServiceFacts,
  directory: string,
): Target {
  const { setting } = settings;
  const prefix = facts.variablePrefix;
  const shared = {
    service: options.service,
    variablePrefix: prefix,
    healthPath: options.healthPath,
    timeoutMs: options.timeoutSeconds * 1000,
  };
  const url = setting('DOKPLOY_URL');
  if (url !== undefined) {
    const apiKey = new Secret(need(setting, 'DOKPLOY_API_KEY', options));
    const publicUrl = need(setting, `${prefix}_PUBLIC_URL`, options);
    const repository = `${options.registry}/${options.namespace}/${options.service}`;
    return createDokployTarget({
      ...shared,
      ...identify(setting, prefix, options),
      url,
      apiKey,
      publicUrl,
      repository,
    });
  }
  const suffix = options.environment.toUpperCase();
  const webhook = setting(`DOKPLOY_WEBHOOK_${prefix}_${suffix}`) ?? setting(`DOKPLOY_WEBHOOK_${suffix}`);
  if (webhook !== undefined) {
    const branch = BRANCHES[options.environment];
    const publicUrl = need(setting, `${prefix}_PUBLIC_URL`, options);
    return createWebhookTarget({
      ...shared,
      url: new Secret(webhook),
      publicUrl,
      ...(branch !== undefined && { branch }),
    });
  }
  return createComposeTarget({
    ...shared,
    containerPort: facts.containerPort,
    directory,
    project: settings.composeProject,
    variables: settings.variables,
    environment: options.environment,
    registry: options.registry,
    namespace: options.namespace,
  });
}

/** Exactly one of `DOKPLOY_<PREFIX>_COMPOSE_ID`, `…_STACK_ID` and `…_APPLICATION_ID` says what the service is in Dokploy. */
function identify(setting: Settings['setting'], prefix: string, options: DeployOptions) {
  const names = KINDS.map((kind) => [kind, `DOKPLOY_${prefix}_${kind.toUpperCase()}_ID`] as const);
  const [first, ...others] = names.flatMap(([kind, name]) => {
    const id = setting(name);
    return id === undefined ? [] : [{ kind, id }];
  });
  if (first !== undefined && others.length === 0) return first;
  const list = names.map(([, name]) => name).join(', ');
  throw new DeliveryError(
    'OPTIONS_INVALID',
    `Exactly one of ${list} must be set for ${options.environment}; ${first === undefined ? 'none is' : 'several are'}.`,
  );
}

function need(setting: Settings['setting'], name: string, { environment }: DeployOptions): string {
  const value = setting(name);
  if (value !== undefined) return value;
  throw new DeliveryError(
    'OPTIONS_INVALID',
    `${name} is not set for ${environment}, which is deployed by Dokploy.`,
    {
      hint: `Set it in the process environment or in .env.${environment}; .env.${environment}.example describes it.`,
    },
  );
}
