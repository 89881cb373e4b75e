import { formatReference, parseReference } from '@ehr/delivery-core';
import { dokployError } from '../dokploy-errors.ts';
import { secretsOf } from './failure-log.ts';
import type { ServiceMaker } from './pinned-service.ts';
import { readVariable, setVariables } from './variables.ts';

/** An application of source `docker`: the image is a field, and its environment text reaches the container as it is. */
export const applicationService: ServiceMaker = (api, { id, service, environment }) => {
  const label = `application ${service}`;
  return {
    kind: 'application',
    label,
    read: async () => {
      const { dockerImage, env, username, password, buildSecrets, mounts } = await api.application(id);
      const text = env ?? '';
      const credentials = [username, password, buildSecrets].filter((value) => value !== null);
      return {
        image: parseReference(dockerImage ?? '') ?? null,
        revision: readVariable(text, 'EHR_REVISION') ?? null,
        version: readVariable(text, 'EHR_VERSION') ?? null,
        environment: readVariable(text, 'EHR_ENVIRONMENT') ?? null,
        setting: (name) => readVariable(text, name),
        mounts: (mounts ?? []).map(({ mountPath }) => mountPath),
        secrets: [...secretsOf(text), ...credentials],
      };
    },
    variablesFor: (pin) => ({
      dockerImage: formatReference(pin.image),
      EHR_REVISION: pin.revision,
      EHR_VERSION: pin.version,
      ...(environment !== undefined && { EHR_ENVIRONMENT: environment }),
    }),
    write: async (pin) => {
      const before = await api.application(id);
      if (before.sourceType !== 'docker') {
        throw dokployError(
          'DOKPLOY_SERVICE_UNFIT',
          `${service} is built by Dokploy from ${before.sourceType}; choose the provider Docker for it.`,
        );
      }
      const text = setVariables(before.env ?? '', {
        EHR_REVISION: pin.revision,
        EHR_VERSION: pin.version,
        ...(environment !== undefined && { EHR_ENVIRONMENT: environment }),
      });
      if (text !== before.env) await api.saveApplicationEnvironment(before, text);
      const image = formatReference(pin.image);
      if (before.dockerImage !== image) await api.saveImage(before, image);
      const after = await api.application(id);
      const kept = (['username', 'password', 'registryUrl', 'buildArgs', 'buildSecrets'] as const).every(
        (field) => after[field] === before[field],
      );
      if (after.dockerImage === image && after.env === text && kept) {
        return async () => {
          if (before.env !== null) await api.saveApplicationEnvironment(after, before.env);
          if (before.dockerImage !== null) await api.saveImage(after, before.dockerImage);
        };
      }
      throw dokployError(
        'DOKPLOY_PIN_LOST',
        `The image or environment of ${label} in Dokploy is not what was just written to it; nothing was deployed.`,
      );
    },
    deploy: async (title, description) => void (await api.deployApplication(id, title, description)),
    redeploy: async (title, description) => void (await api.redeployApplication(id, title, description)),
    deployments: () => api.applicationDeployments(id),
    owns: (job) => job.data.applicationId === id,
    // Swarm rolls back by itself and Dokploy never says so: only what answers can tell.
    containers: async () => [],
    tasks: async () => api.applicationTasks((await api.application(id)).appName),
    containerLog: async () => '',
  };
};
