import { z } from 'zod';
import type { Caller } from './keys.ts';
import { mutation, type Procedure, query } from './procedure.ts';
import { each } from './recorded-columns.ts';
import { refused } from './refusal.ts';
import { type FakeService, newId, type ProjectEnvironment, type World } from './world.ts';

const named = { name: z.string(), description: z.string().nullish() };

/** Projects and environments. Names are not unique; a new project has one environment, `production`, a reserved name. */
export const placeProcedures: Record<string, Procedure> = {
  'project.create': mutation(named, (given, { world, caller }) => {
    caller.mayAccess('server');
    const project = { projectId: newId(), ...newRow(world, given) };
    world.projects.push(project);
    const production = { name: 'production', description: 'Production environment' };
    const environment = addEnvironment(world, project.projectId, production, true);
    return { project: { ...project, organizationId: world.organizationId }, environment };
  }),
  'project.all': query({}, (_, { world, caller }) =>
    world.projects
      .map((project) => ({
        ...project,
        organizationId: world.organizationId,
        environments: environmentsOf(world, project.projectId, caller).map(
          ({ description: _description, ...shown }) => shown,
        ),
        projectTags: [],
      }))
      .filter(
        ({ environments }) =>
          !caller.isMember || environments.some((one) => one.compose.length + one.applications.length > 0),
      ),
  ),
  'environment.create': mutation(
    { ...named, projectId: z.string() },
    ({ projectId, ...given }, { world, caller, path }) => {
      caller.mayAccess('server');
      if (given.name === 'production')
        throw refused(400, "You cannot create a environment with the name 'production'", path);
      if (!world.projects.some((one) => one.projectId === projectId))
        throw refused(404, 'Project not found', path);
      return addEnvironment(world, projectId, given, false);
    },
  ),
  'environment.byProjectId': query({ projectId: z.string() }, ({ projectId }, { world, caller, path }) => {
    const project = describeProject(world, projectId);
    if (project === undefined) throw refused(404, 'Project not found', path);
    return environmentsOf(world, projectId, caller).map((environment) => ({ ...environment, project }));
  }),
};

/** The service's environment with its project, as `compose.one` nests it; null where there is none. */
export function describePlace(world: World, { environmentId }: FakeService): object | null {
  const environment = world.environments.find((one) => one.environmentId === environmentId);
  return environment ? { ...environment, project: describeProject(world, environment.projectId) } : null;
}

function describeProject({ projects, organizationId }: World, projectId: string): object | undefined {
  const project = projects.find((one) => one.projectId === projectId);
  return project && { ...project, organizationId };
}

type Given = z.output<z.ZodObject<typeof named>>;

function newRow(world: World, { name, description = null }: Given) {
  return { name, description, createdAt: world.timestamp(), env: '' };
}

function addEnvironment(
  world: World,
  projectId: string,
  given: Given,
  isDefault: boolean,
): ProjectEnvironment {
  const environment = { environmentId: newId(), ...newRow(world, given), projectId, isDefault };
  world.environments.push(environment);
  return environment;
}

function environmentsOf(world: World, projectId: string, caller: Caller) {
  return world.environments
    .filter((one) => one.projectId === projectId)
    .map(({ name, description, environmentId, isDefault }) => {
      const services = [...world.services.values()].filter(
        (one) => one.environmentId === environmentId && caller.sees(one.id),
      );
      return {
        name,
        description,
        environmentId,
        isDefault,
        applications: services
          .filter(({ kind }) => kind === 'application')
          .map(({ id, row }) => ({
            applicationId: id,
            name: row.name,
            applicationStatus: row['applicationStatus'],
          })),
        compose: services
          .filter(({ kind }) => kind !== 'application')
          .map(({ id, row }) => ({ composeId: id, name: row.name, composeStatus: row['composeStatus'] })),
        ...each([], 'mariadb mongo mysql postgres redis libsql'),
      };
    });
}
