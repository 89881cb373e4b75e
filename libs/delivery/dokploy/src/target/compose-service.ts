import { formatReference, parseReference, type Pin, type Reference, tagAndDigest } from '@ehr/delivery-core';
import type { ComposeAnswer } from '../api/answers.ts';
import { dokployError } from '../dokploy-errors.ts';
import { secretsOf } from './failure-log.ts';
import type { PinnedServiceOptions, ServiceMaker } from './pinned-service.ts';
import { missingVariables, readVariable, setVariables, usesVariable } from './variables.ts';

const ATTEMPTS = 3;

/** A compose or a stack: the image is pinned by variables in its environment text, which a member's key may write. */
export const composeService: ServiceMaker = (api, options) => {
  const { id, variablePrefix, repository } = options;
  const imageVariable = `${variablePrefix}_IMAGE_TAG`;
  const label = `${options.kind} ${options.service}`;
  const variablesFor = (pin: Pin) => ({
    [imageVariable]: tagOf(pin, repository),
    [`${variablePrefix}_REVISION`]: pin.revision,
    [`${variablePrefix}_VERSION`]: pin.version,
    ...(options.environment !== undefined && { EHR_ENVIRONMENT: options.environment }),
  });

  return {
    kind: options.kind,
    label,
    read: async () => {
      const { env } = await api.compose(id);
      const text = env ?? '';
      const tag = readVariable(text, imageVariable);
      return {
        image:
          tag === undefined || tag === ''
            ? null
            : (parseReference(`${formatReference(repository)}:${tag}`) ?? null),
        revision: readVariable(text, `${variablePrefix}_REVISION`) ?? null,
        version: readVariable(text, `${variablePrefix}_VERSION`) ?? null,
        environment: readVariable(text, 'EHR_ENVIRONMENT') ?? null,
        setting: (name) => readVariable(text, name),
        mounts: [],
        secrets: secretsOf(text),
      };
    },
    variablesFor,
    write: async (pin) => {
      const values = variablesFor(pin);
      // The text is replaced whole, so another service of the same compose that writes at this moment takes ours away.
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const before = await api.compose(id);
        checkFit(before, imageVariable, options);
        const text = setVariables(before.env ?? '', values);
        if (text !== before.env) await api.saveComposeEnvironment(id, text);
        const { env } = await api.compose(id);
        if (env !== null && setVariables(env, values) === env) {
          return async () => {
            const now = await api.compose(id);
            // Only over our own text: another service of the same compose may have written since.
            if (now.env === env) await api.saveComposeEnvironment(id, before.env ?? '');
          };
        }
      }
      throw dokployError(
        'DOKPLOY_PIN_LOST',
        `The environment of ${label} in Dokploy does not hold what was written to it ${ATTEMPTS} times; nothing was deployed.`,
      );
    },
    deploy: async (title, description) => void (await api.deployCompose(id, title, description)),
    // Both do the same; whether it pulls is a matter of the command.
    redeploy: async (title, description) => void (await api.deployCompose(id, title, description)),
    deployments: () => api.composeDeployments(id),
    owns: (job) => job.data.composeId === id,
    containers: async () => {
      // Of a stack there are tasks, with words that cannot be built on: `Running 40 seconds ago (Error:)`.
      if (options.kind === 'stack') return [];
      const { appName } = await api.compose(id);
      const prefix = `${appName}-${options.composeService ?? options.service}-`;
      const isMine = (name: string) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
      return (await api.composeContainers(appName)).filter(({ name }) => isMine(name));
    },
    tasks: async () => {
      if (options.kind !== 'stack') return [];
      const { appName } = await api.compose(id);
      const prefix = `${appName}_${options.composeService ?? options.service}.`;
      return (await api.stackTasks(appName)).filter(({ name }) => name.startsWith(prefix));
    },
    containerLog: (containerId) => api.containerLog(id, containerId, 50),
  };
};

function checkFit(compose: ComposeAnswer, variable: string, { kind, service }: PinnedServiceOptions): void {
  const unfit = (message: string) => dokployError('DOKPLOY_SERVICE_UNFIT', message);
  if ((compose.composeType === 'stack') !== (kind === 'stack')) {
    throw unfit(`${service} is a ${compose.composeType} in Dokploy, not a ${kind}.`);
  }
  // Only a raw compose keeps its file in Dokploy; another's lies in Git, and the verification will tell.
  if (compose.sourceType === 'raw' && !usesVariable(compose.composeFile ?? '', variable)) {
    throw unfit(
      `The compose file of ${service} in Dokploy never uses \${${variable}}, so pinning it would change nothing. Write image: …:\${${variable}:?} in it.`,
    );
  }
  const others = missingVariables(compose.composeFile ?? '', compose.env ?? '').filter(
    (name) => name !== variable && name.endsWith('_IMAGE_TAG'),
  );
  if (others.length === 0) return;
  const [other = ''] = others;
  throw dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `The compose file in Dokploy is that of other services than ${service}, too, and cannot be deployed before ${others.join(', ')} is set: those were never deployed.`,
    {
      hint: `Let it leave out what was never deployed: image: …:\${${other}:-none} with profiles: ['\${${other}:+deployed}'] for each service, and COMPOSE_PROFILES=deployed in its environment. Or give each service a compose of its own, as \`dokploy-setup\` does.`,
    },
  );
}

/** `prod@sha256:…`: the part of the reference that the compose file leaves open. */
function tagOf({ image }: Pin, repository: Reference): string {
  if (image.registry === repository.registry && image.repository === repository.repository)
    return tagAndDigest(image);
  throw dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `The image to pin is not of ${formatReference(repository)}, which the compose file names.`,
  );
}
