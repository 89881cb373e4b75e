import { createComposeTarget } from '@ehr/delivery-compose';
import type { DeployOptions, Environment, Target } from '@ehr/delivery-core';
import { createDokployTarget, createWebhookTarget } from '@ehr/delivery-dokploy';
import { readDestination } from './read-destination.ts';
import type { Settings } from './read-settings.ts';

/** What a project's `deploy` target says of the service; the other targets read it there too. */
export interface ServiceFacts {
  readonly containerPort: number;
  readonly variablePrefix: string;
}

/** The branch whose push deploys an environment: Dokploy's webhooks compare it with their own. */
const BRANCHES: Partial<Record<Environment, string>> = { dev: 'develop', staging: 'staging', prod: 'main' };

/** The `Target` port over wherever the environment runs. */
export function createTarget(
  options: DeployOptions,
  settings: Settings,
  facts: ServiceFacts,
  directory: string,
): Target {
  const shared = {
    service: options.service,
    variablePrefix: facts.variablePrefix,
    healthPath: options.healthPath,
    timeoutMs: options.timeoutSeconds * 1000,
  };
  const destination = readDestination(options.environment, settings, facts.variablePrefix);
  switch (destination.via) {
    case 'dokploy': {
      const repository = `${options.registry}/${options.namespace}/${options.service}`;
      return createDokployTarget({ ...shared, ...destination, repository });
    }
    case 'webhook': {
      const branch = BRANCHES[options.environment];
      return createWebhookTarget({ ...shared, ...destination, ...(branch !== undefined && { branch }) });
    }
    case 'docker compose':
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
}
