import { coreError, type DeliveryError, type Environment, hasCode, type Reference } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { type GivenFacts, type ServiceFacts, serviceSchema } from '../options/option-schemas.ts';
import { parseOptions } from '../options/parse-options.ts';
import type { ProcessEnv } from '../process-env.ts';
import { type Destination, readDestination } from './read-destination.ts';
import { readSettings, readVariables, repositoryOf, type Settings } from './read-settings.ts';

/** A service in one environment: everything that options and settings say of it, checked. */
export interface Service {
  /** The project's name: `ehr-api`. */
  readonly name: string;
  readonly environment: Environment;
  readonly facts: ServiceFacts;
  readonly settings: Settings;
  readonly destination: Destination;
  readonly repository: Reference;
}

/** Reads parts, and tells everything that is wrong in one error. */
export interface Problems {
  /** The part; undefined when it is invalid. */
  read<T>(part: () => T | Promise<T>): Promise<T | undefined>;
  /** @throws OPTIONS_INVALID when a part was invalid. */
  refuse(): void;
}

/** Nothing is wrong yet. */
export function collectProblems(): Problems {
  const problems: DeliveryError[] = [];
  return {
    read: async (part) => {
      try {
        return await part();
      } catch (error) {
        if (!hasCode(error, 'OPTIONS_INVALID')) throw error;
        problems.push(error);
        return undefined;
      }
    },
    refuse: () => {
      const [first] = problems;
      if (first === undefined) return;
      const { hint } = first;
      throw coreError('OPTIONS_INVALID', problems.map(({ message }) => message).join('\n'), { hint });
    },
  };
}

/**
 * Reads options and settings of the service of `context` in an environment; `given` goes before the `deploy` target.
 * @throws OPTIONS_INVALID that names everything that is wrong or missing, what `problems` collected before included.
 */
export async function openService(
  environment: Environment,
  given: GivenFacts,
  context: ExecutorContext,
  processEnv: ProcessEnv,
  problems: Problems = collectProblems(),
): Promise<Service> {
  const name = context.projectName ?? '';
  const facts = await problems.read(() => readServiceFacts(environment, given, context));
  const variables = await problems.read(() =>
    readVariables(context.root, environment, processEnv, projectRootOf(context)),
  );
  const settings = variables && (await problems.read(() => readSettings(variables, environment, processEnv)));
  const destination =
    variables &&
    facts &&
    (await problems.read(() => readDestination(environment, variables, facts.variablePrefix)));
  problems.refuse();
  if (!facts || !settings || !destination) throw coreError('OPTIONS_INVALID', `${name} cannot be opened.`);
  return { name, environment, facts, settings, destination, repository: repositoryOf(settings, name) };
}

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

/** The project's directory in the workspace; Nx loads `.env*` files of there, too. */
export function projectRootOf({
  projectName = '',
  projectsConfigurations,
}: Pick<ExecutorContext, 'projectName' | 'projectsConfigurations'>): string | undefined {
  return projectsConfigurations.projects[projectName]?.root;
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
