import { coreError, normalizeOptions } from '@ehr/delivery-core';
import type { DeployOptions } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import type { ServiceFacts } from './create-target.ts';
import type { Settings } from './read-settings.ts';

/** Defaults of deploy/schema.json, for the targets that are not `deploy` and get no defaults from it. */
const DEFAULTS = {
  platforms: ['linux/amd64', 'linux/arm64'],
  healthPath: '/health',
  containerPort: 3000,
  probes: 3,
  timeoutSeconds: 120,
  smokeTest: true,
  dryRun: false,
};

/** What the project's `deploy` target says, what is given here instead, and the settings; checked. */
export function serviceOptions(
  environment: string,
  given: Readonly<Record<string, unknown>>,
  { registry, namespace }: Pick<Settings, 'registry' | 'namespace'>,
  context: ExecutorContext,
): { readonly options: DeployOptions; readonly facts: ServiceFacts } {
  const said: Record<string, unknown> = { ...DEFAULTS, ...deployOptionsOf(context), ...given };
  const { containerPort, variablePrefix, ...rest } = said;
  const facts = checkFacts({ containerPort, variablePrefix });
  const service = context.projectName ?? '';
  return { facts, options: normalizeOptions({ ...rest, environment, service, registry, namespace }) };
}

function checkFacts({ containerPort, variablePrefix }: Record<keyof ServiceFacts, unknown>): ServiceFacts {
  if (typeof containerPort === 'number' && typeof variablePrefix === 'string')
    return { containerPort, variablePrefix };
  throw coreError(
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
  throw coreError('OPTIONS_INVALID', `${projectName} has no deploy target, which says what it needs.`, {
    hint: 'Give its project.json a `deploy` target with `variablePrefix`.',
  });
}
