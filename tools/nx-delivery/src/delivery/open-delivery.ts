import { DeliveryError, normalizeOptions } from '@ehr/delivery';
import type { DeployOptions, Ports } from '@ehr/delivery';
import { createRegistry } from '@ehr/registry-client';
import type { ExecutorContext } from '@nx/devkit';
import { createGitSource } from '../ports/git-source.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { createImageGate } from '../ports/image-gate.ts';
import { createNxBuilder } from '../ports/nx-builder.ts';
import { systemClock } from '../ports/system-clock.ts';
import { createTarget } from './create-target.ts';
import type { ServiceFacts } from './create-target.ts';
import { readSettings } from './read-settings.ts';
import { thisRun } from './this-run.ts';

export interface Delivery {
  readonly options: DeployOptions;
  readonly ports: Ports;
}

/** Defaults of deploy/schema.json, for the targets that are not `deploy` and get no defaults from it. */
const DEFAULTS = {
  healthPath: '/health',
  containerPort: 3000,
  probes: 3,
  timeoutSeconds: 120,
  rehearse: true,
  dryRun: false,
};

/** The service's way into one environment: checked options, and ports to everything a decision or a step needs. */
export async function openDelivery(
  environment: string,
  given: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
): Promise<Delivery> {
  const { root, projectName = '' } = context;
  const settings = await readSettings(root, environment, process.env);
  const said: Record<string, unknown> = { ...DEFAULTS, ...deployOptionsOf(context), ...given };
  const { containerPort, variablePrefix, ...rest } = said;
  const service = checkFacts({ containerPort, variablePrefix });
  const options = normalizeOptions({
    ...rest,
    environment,
    service: projectName,
    registry: settings.registry,
    namespace: settings.namespace,
  });
  const ports: Ports = {
    holder: thisRun(process.env),
    source: createGitSource(projectName, context),
    builder: createNxBuilder(options, root),
    gate: createImageGate(options, process.env),
    registry: createRegistry({
      registry: options.registry,
      repository: `${options.namespace}/${options.service}`,
      ...siblingOf(options, context),
      credentials: settings.credentials,
    }),
    target: createTarget(options, settings, service, root),
    prober: createHttpProber(),
    clock: systemClock,
  };
  return { options, ports };
}

function checkFacts({ containerPort, variablePrefix }: Record<keyof ServiceFacts, unknown>): ServiceFacts {
  if (typeof containerPort === 'number' && typeof variablePrefix === 'string')
    return { containerPort, variablePrefix };
  throw new DeliveryError(
    'OPTIONS_INVALID',
    'The deploy target needs containerPort, a number, and variablePrefix, such as API.',
  );
}

function deployOptionsOf({
  projectName = '',
  projectsConfigurations,
}: ExecutorContext): Record<string, unknown> {
  const target = projectsConfigurations.projects[projectName]?.targets?.['deploy'];
  if (target !== undefined) return (target.options ?? {}) as Record<string, unknown>;
  throw new DeliveryError(
    'OPTIONS_INVALID',
    `${projectName} has no deploy target, which says what it needs.`,
    {
      hint: 'Give its project.json a `deploy` target with `variablePrefix`.',
    },
  );
}

/** Another service's repository: it has the same base, so its layers need not be sent again. */
function siblingOf(
  { namespace, service }: DeployOptions,
  { projectGraph }: ExecutorContext,
): { mountFrom?: string } {
  const deployed = Object.values(projectGraph.nodes).filter(
    ({ data }) => data.targets?.['deploy'] !== undefined,
  );
  const sibling = deployed
    .map(({ name }) => name)
    .sort()
    .find((name) => name !== service);
  return sibling === undefined ? {} : { mountFrom: `${namespace}/${sibling}` };
}
