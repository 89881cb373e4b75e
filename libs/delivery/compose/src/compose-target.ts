import { tagAndDigest, type Clock, type Pin, type Target } from '@ehr/delivery-core';
import { createCompose } from './compose.ts';
import { inspectService } from './inspect-service.ts';
import { smokeTest } from './smoke-test.ts';
import { settle } from './settle.ts';
import { start } from './start.ts';

/** What the target is told of the service and its project. */
export interface ComposeTargetOptions {
  /** Directory of docker-compose.yml. */
  readonly directory: string;
  /** Compose project: the environment's containers, networks and volumes carry its name. */
  readonly project: string;
  /** The service in the compose file. */
  readonly service: string;
  /** The prefix of the service's variables there: API for API_IMAGE_TAG, API_REVISION, API_VERSION. */
  readonly variablePrefix: string;
  readonly environment: string;
  /** What else docker-compose.yml reads, such as API_PORT and DATABASE_URL. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly registry: string;
  readonly namespace: string;
  readonly healthPath: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** The `Target` port over `docker compose`: a laptop, or a server without Dokploy. */
export function createComposeTarget(options: ComposeTargetOptions): Target {
  const variables = (pin?: Pin) => ({
    ...options.variables,
    REGISTRY: options.registry,
    DOCKERHUB_USERNAME: options.namespace,
    EHR_ENVIRONMENT: options.environment,
    ...(pin && variablesFor(pin)),
  });
  const variablesFor = (pin: Pin) => ({
    [`${options.variablePrefix}_IMAGE_TAG`]: tagAndDigest(pin.image),
    [`${options.variablePrefix}_REVISION`]: pin.revision,
    [`${options.variablePrefix}_VERSION`]: pin.version,
  });
  const compose = (pin?: Pin) =>
    createCompose({ directory: options.directory, project: options.project, variables: variables(pin) });

  return {
    name: `compose project ${options.project}`,
    variablesFor,
    inspect: () => inspectService(compose(), options),
    smokeTest: (pin) =>
      smokeTest(
        { directory: options.directory, project: options.project, variables: variables(pin) },
        options,
      ),
    trigger: async (pin) => {
      await compose(pin).run('pull', '--quiet', options.service);
      await start(compose(pin), options.service, 'ROLLOUT_FAILED');
    },
    // Compose replaces the container or fails: it never puts an old one back.
    explainPrevious: async () => null,
    settle: (onProgress) => settle(compose(), options, onProgress),
  };
}
