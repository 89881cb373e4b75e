import { z } from 'zod';
import { refused } from '../refusal.ts';
import { newId } from '../world.ts';
import type { ProjectEnvironment, World } from '../world.ts';
import { procedure } from './procedure.ts';
import type { Procedure } from './procedure.ts';
import type { Caller } from '../keys.ts';

/** Projects and environments. Names are not unique; a project is born with `production`, a reserved name. */
export const placeProcedures: Record<string, Procedure> = {
  'project.create': procedure(
    'POST',
    { name: z.string(), description: z.string().nullish() },
    ({ name, description = null }, { world, caller, path }) => {
      caller.mayAccess('server', path);
      const createdAt = new Date(world.now()).toISOString();
      const project = { projectId: newId(), name, description, createdAt, env: '' };
      world.projects.push(project);
      const environment = addEnvironment(
        world,
        project.projectId,
        'production',
        'Production environment',
        true,
      );
      return { project: { ...project, organizationId: world.organizationId }, environment };
    },
  ),
  'project.all': procedure('GET', {}, (_, { world, caller }) =>
    world.projects
      .map((project) => ({
        ...project,
        organizationId: world.organizationId,
        environments: environmentsOf(world, project.projectId, caller).map(
          ({ name, environmentId, isDefault, ...services }) => ({
            name,
            environmentId,
            isDefault,
            ...pickServices(services),
          }),
        ),
        projectTags: [],
      }))
      .filter(
        ({ environments }) =>
          !caller.isMember || environments.some((one) => one.compose.length + one.applications.length > 0),
      ),
  ),
  'environment.create': procedure(
    'POST',
    { name: z.string(), projectId: z.string(), description: z.string().nullish() },
    ({ name, projectId, description = null }, { world, caller, path }) => {
      caller.mayAccess('server', path);
      if (name === 'production') {
        throw refused(400, "You cannot create a environment with the name 'production'", path);
      }
      if (!world.projects.some((one) => one.projectId === projectId)) {
        throw refused(404, 'Project not found', path);
      }
      return addEnvironment(world, projectId, name, description, false);
    },
  ),
  'environment.byProjectId': procedure(
    'GET',
    { projectId: z.string() },
    ({ projectId }, { world, caller, path }) => {
      const project = world.projects.find((one) => one.projectId === projectId);
      if (project === undefined) throw refused(404, 'Project not found', path);
      return environmentsOf(world, projectId, caller).map((environment) => ({
        ...environment,
        project: { ...project, organizationId: world.organizationId },
      }));
    },
  ),
};

function addEnvironment(
  world: World,
  projectId: string,
  name: string,
  description: string | null,
  isDefault: boolean,
): ProjectEnvironment {
  const createdAt = new Date(world.now()).toISOString();
  const environment = { environmentId: newId(), name, description, createdAt, env: '', projectId, isDefault };
  world.environments.push(environment);
  return environment;
}

function environmentsOf(world: World, projectId: string, caller: Caller) {
  return world.environments
    .filter((one) => one.projectId === projectId)
    .map(({ name, description, environmentId, isDefault }) => ({
      name,
      description,
      environmentId,
      isDefault,
      ...servicesOf(world, environmentId, caller),
    }));
}

function servicesOf(world: World, environmentId: string, caller: Caller) {
  const here = [...world.services.values()].filter(
    (one) => one.environmentId === environmentId && caller.sees(one.id),
  );
  return {
    applications: here
      .filter(({ kind }) => kind === 'application')
      .map(({ id, row }) => ({
        applicationId: id,
        name: row.name,
        applicationStatus: row['applicationStatus'],
      })),
    mariadb: [],
    mongo: [],
    mysql: [],
    postgres: [],
    redis: [],
    compose: here
      .filter(({ kind }) => kind !== 'application')
      .map(({ id, row }) => ({ composeId: id, name: row.name, composeStatus: row['composeStatus'] })),
    libsql: [],
  };
}

function pickServices(found: ReturnType<typeof servicesOf>): ReturnType<typeof servicesOf> {
  const { applications, mariadb, mongo, mysql, postgres, redis, compose, libsql } = found;
  return { applications, mariadb, mongo, mysql, postgres, redis, compose, libsql };
}
