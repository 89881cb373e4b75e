import { type Clock, type Pin, tagAndDigest, type Target } from '@ehr/delivery-core';
import { type ComposeProject, createCompose } from './compose.ts';
import { inspectService, replicasOf } from './container.ts';
import { removeOldImages } from './remove-old-images.ts';
import { pull, settle, smokeTest, start } from './rollout.ts';

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
  /** What else docker-compose.yml reads, such as API_PORT and DATABASE_URL; undefined: not what this process has. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly registry: string;
  readonly namespace: string;
  readonly healthPath: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** The `Target` port over `docker compose`: a laptop, or a server without Dokploy. */
export function createComposeTarget(options: ComposeTargetOptions): Target {
  const { directory, project, service, variablePrefix } = options;
  const variablesFor = (pin: Pin) => ({
    [`${variablePrefix}_IMAGE_TAG`]: tagAndDigest(pin.image),
    [`${variablePrefix}_REVISION`]: pin.revision,
    [`${variablePrefix}_VERSION`]: pin.version,
    EHR_ENVIRONMENT: options.environment,
  });
  const projectWith = (pin?: Pin): ComposeProject => ({
    directory,
    project,
    variables: {
      ...options.variables,
      REGISTRY: options.registry,
      DOCKERHUB_USERNAME: options.namespace,
      EHR_ENVIRONMENT: options.environment,
      ...(pin && variablesFor(pin)),
    },
  });
  const compose = (pin?: Pin) => createCompose(projectWith(pin));
  /** The host may have the image although the registry is down, or has lost it. */
  const bringUp = async (pin: Pin) => {
    await pull(compose(pin), service, pin);
    await start(compose(pin), service, 'ROLLOUT_FAILED');
  };

  return {
    name: `compose project ${project}`,
    followsTag: false,
    variablesFor,
    inspect: () => inspectService(compose(), options),
    smokeTest: (pin) => smokeTest(projectWith(pin), pin, options),
    trigger: bringUp,
    restore: bringUp,
    replicas: () => replicasOf(compose(), service),
    // Compose replaces the container or fails: it never puts an old one back.
    explainPrevious: async () => null,
    settle: (onProgress) => settle(compose(), options, onProgress),
    removeOldImages: (kept) =>
      removeOldImages(
        compose(),
        { registry: options.registry, repository: `${options.namespace}/${service}` },
        kept,
      ),
  };
}
