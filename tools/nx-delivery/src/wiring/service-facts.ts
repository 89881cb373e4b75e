import { coreError, type Environment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { serviceSchema, type GivenFacts, type ServiceFacts } from '../options/option-schemas.ts';
import { parseOptions } from '../options/parse-options.ts';

/**
 * What the project's `deploy` target says of the service in an environment: its options, and over them those of the
 * configuration of that name, for every command alike. `given` goes before both.
 * @throws OPTIONS_INVALID that names every problem, or the project without a `deploy` target.
 */
export function readServiceFacts(
  environment: Environment,
  given: GivenFacts,
  { projectName = '', projectsConfigurations }: ExecutorContext,
): ServiceFacts {
  const target = projectsConfigurations.projects[projectName]?.targets?.['deploy'];
  if (target === undefined) {
    throw coreError('OPTIONS_INVALID', `${projectName} has no deploy target, which says what it needs.`, {
      hint: 'Give its project.json a `deploy` target with `variablePrefix`.',
    });
  }
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  const said: unknown[] = [target.options, target.configurations?.[environment], Object.fromEntries(own)];
  return parseOptions(serviceSchema, Object.assign({}, ...said) as Record<string, unknown>);
}

/** The projects that can be deployed, by name. */
export function servicesOf({
  projectsConfigurations,
}: Pick<ExecutorContext, 'projectsConfigurations'>): string[] {
  return Object.entries(projectsConfigurations.projects)
    .filter(([, { targets }]) => targets?.['deploy'] !== undefined)
    .map(([name]) => name)
    .sort();
}
