import { createComposeTarget } from '@ehr/delivery-compose';
import type { Clock, Environment, Target } from '@ehr/delivery-core';
import { createDokployTarget, createWebhookTarget } from '@ehr/delivery-dokploy';
import { createHttpProber } from '../ports/http-prober.ts';
import type { Service } from './open-service.ts';

/** The branch whose push deploys an environment: Dokploy's webhooks compare it with their own. */
const BRANCHES: Partial<Record<Environment, string>> = { dev: 'develop', staging: 'staging', prod: 'main' };

/** The `Target` port over wherever the environment runs; `directory` is that of docker-compose.yml. */
export function createTarget(
  { name, environment, facts, settings, destination, repository }: Service,
  directory: string,
  clock: Clock,
  /** Is told of each wait for a Dokploy that does not answer. */
  onWait: (message: string) => void = () => undefined,
): Target {
  const { variablePrefix, healthPath, timeoutSeconds } = facts;
  const shared = { service: name, variablePrefix, healthPath, timeoutMs: timeoutSeconds * 1000, clock };
  switch (destination.via) {
    case 'dokploy': {
      const prober = createHttpProber(destination.publicUrl);
      return createDokployTarget({ ...shared, ...destination, repository, environment, onWait, prober });
    }
    case 'webhook': {
      const branch = BRANCHES[environment];
      return createWebhookTarget({
        ...shared,
        ...destination,
        onWait,
        ...(branch !== undefined && { branch }),
      });
    }
    case 'docker compose': {
      const { registry, namespace, composeProject: project, variables } = settings;
      return createComposeTarget({
        ...shared,
        directory,
        project,
        variables,
        environment,
        registry,
        namespace,
      });
    }
  }
}
