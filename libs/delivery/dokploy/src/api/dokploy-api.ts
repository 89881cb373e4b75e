import { z } from 'zod';
import {
  applicationAnswer,
  composeAnswer,
  containersAnswer,
  deploymentsAnswer,
  environmentsAnswer,
  projectsAnswer,
  queueAnswer,
  read,
  registriesAnswer,
  tasksAnswer,
} from './answers.ts';
import type {
  ApplicationAnswer,
  ComposeAnswer,
  ContainerHere,
  Deployment,
  EnvironmentHere,
  QueuedJob,
  RegistryEntry,
  TaskHere,
} from './answers.ts';
import type { Connection, Input } from './connection.ts';

/** Dokploy's procedures that a delivery needs, typed. Writes that set a value are repeatable; deploys are not. */
export function createDokployApi(connection: Connection) {
  const ask = async <T>(schema: z.ZodType<T>, procedure: string, input?: Input): Promise<T> =>
    read(schema, procedure, await connection.query(procedure, input));
  const set = async (procedure: string, input: Input): Promise<void> => {
    await connection.mutate(procedure, input, { repeatable: true });
  };
  /** Not idempotent: after a silence the caller looks for its marker before it asks again. */
  const once = (procedure: string, input: Input) =>
    connection.mutate(procedure, input, { repeatable: false });

  return {
    ping: () => connection.ping(),
    version: () => ask(z.string(), 'settings.getDokployVersion'),

    compose: (composeId: string): Promise<ComposeAnswer> => ask(composeAnswer, 'compose.one', { composeId }),
    application: (applicationId: string): Promise<ApplicationAnswer> =>
      ask(applicationAnswer, 'application.one', { applicationId }),
    /** Replaces the whole text. A member's key may do this, unlike `compose.update`. */
    saveComposeEnvironment: (composeId: string, env: string) =>
      set('compose.saveEnvironment', { composeId, env }),
    saveApplicationEnvironment: (application: ApplicationAnswer, env: string) =>
      set('application.saveEnvironment', {
        applicationId: application.applicationId,
        env,
        buildArgs: application.buildArgs,
        buildSecrets: application.buildSecrets,
        createEnvFile: application.createEnvFile,
      }),
    /** All four fields are replaced, so the credentials that were there go along. */
    saveImage: (application: ApplicationAnswer, dockerImage: string) =>
      set('application.saveDockerProvider', {
        applicationId: application.applicationId,
        dockerImage,
        username: application.username,
        password: application.password,
        registryUrl: application.registryUrl,
      }),
    deployCompose: (composeId: string, title: string, description: string) =>
      once('compose.deploy', { composeId, title, description }),
    /** `deploy`, never `redeploy`: only the first pulls. Answers 200 with zero bytes. */
    deployApplication: (applicationId: string, title: string, description: string) =>
      once('application.deploy', { applicationId, title, description }),

    /** Newest first. An empty list does not mean that the service exists. */
    composeDeployments: (composeId: string): Promise<Deployment[]> =>
      ask(deploymentsAnswer, 'deployment.allByCompose', { composeId }),
    applicationDeployments: (applicationId: string): Promise<Deployment[]> =>
      ask(deploymentsAnswer, 'deployment.all', { applicationId }),
    /** Of the whole server, newest first. */
    queue: (): Promise<QueuedJob[]> => ask(queueAnswer, 'deployment.queueList'),
    log: (deploymentId: string, tail: number) =>
      ask(z.string(), 'deployment.readLogs', { deploymentId, tail }),

    /** The type is not optional here: without it the name's beginning is enough, and `ehr` finds `ehr-web`. */
    composeContainers: (appName: string): Promise<ContainerHere[]> =>
      ask(containersAnswer, 'docker.getContainersByAppNameMatch', { appName, appType: 'docker-compose' }),
    applicationTasks: (appName: string): Promise<TaskHere[]> =>
      ask(tasksAnswer, 'docker.getServiceContainersByAppName', { appName }),
    stackTasks: (appName: string): Promise<TaskHere[]> =>
      ask(tasksAnswer, 'docker.getStackContainersByAppName', { appName }),
    containerLog: (composeId: string, containerId: string, tail: number) =>
      ask(z.string(), 'compose.readLogs', { composeId, containerId, tail }),

    registries: (): Promise<RegistryEntry[]> => ask(registriesAnswer, 'registry.all'),
    createRegistry: (entry: {
      registryName: string;
      registryUrl: string;
      username: string;
      password: string;
    }) => once('registry.create', { ...entry, registryType: 'cloud', imagePrefix: null }),
    projects: () => ask(projectsAnswer, 'project.all'),
    environments: (projectId: string): Promise<EnvironmentHere[]> =>
      ask(environmentsAnswer, 'environment.byProjectId', { projectId }),
    createProject: async (name: string, description: string): Promise<string> =>
      read(
        z.object({ project: z.object({ projectId: z.string() }) }),
        'project.create',
        await once('project.create', { name, description }),
      ).project.projectId,
    createEnvironment: async (projectId: string, name: string): Promise<string> =>
      read(
        z.object({ environmentId: z.string() }),
        'environment.create',
        await once('environment.create', { projectId, name }),
      ).environmentId,
    createCompose: async (service: {
      environmentId: string;
      name: string;
      composeType: 'docker-compose' | 'stack';
      composeFile: string;
    }): Promise<string> =>
      read(
        z.object({ composeId: z.string() }),
        'compose.create',
        // Without a source type Dokploy makes it a GitHub compose, whatever file is given.
        await once('compose.create', { ...service, appName: service.name, sourceType: 'raw' }),
      ).composeId,
    updateCompose: async (composeId: string, changes: Input): Promise<void> => {
      const answer = await connection.mutate(
        'compose.update',
        { composeId, ...changes },
        { repeatable: true },
      );
      // An unknown id is answered with 200 and nothing.
      read(z.object({ composeId: z.literal(composeId) }), 'compose.update', answer);
    },
    createApplication: async (environmentId: string, name: string): Promise<string> =>
      read(
        z.object({ applicationId: z.string() }),
        'application.create',
        await once('application.create', { environmentId, name, appName: name }),
      ).applicationId,
  };
}

export type DokployApi = ReturnType<typeof createDokployApi>;
