import { z } from 'zod';
import {
  type ApplicationAnswer,
  applicationAnswer,
  composeAnswer,
  containersAnswer,
  deploymentsAnswer,
  environmentsAnswer,
  inspectedContainer,
  inspectedImage,
  projectsAnswer,
  queueAnswer,
  read,
  registriesAnswer,
  tasksAnswer,
} from './answers.ts';
import type { Connection, Input } from './connection.ts';

/**
 * Dokploy's procedures that a delivery needs, typed. Writes that set a value are repeatable; deploys are not.
 * @throws DOKPLOY_UNREACHABLE, DOKPLOY_UNAUTHORIZED, DOKPLOY_THROTTLED, DOKPLOY_REFUSED from each function
 */
export function createDokployApi(connection: Connection) {
  const query = async <T>(schema: z.ZodType<T>, procedure: string, input?: Input): Promise<T> =>
    read(schema, procedure, await connection.query(procedure, input));
  const set = async (procedure: string, input: Input): Promise<void> => {
    await connection.mutate(procedure, input, { repeatable: true });
  };
  /** Not idempotent: when no answer came, the caller searches for its marker before it sends again. */
  const once = (procedure: string, input: Input) =>
    connection.mutate(procedure, input, { repeatable: false });
  /** Returns the `<kind>Id` of what was made. */
  const create = async (kind: 'environment' | 'compose' | 'application', input: Input): Promise<string> => {
    const id = `${kind}Id`;
    const schema = z.object({ [id]: z.string() }).transform((row) => row[id] as string);
    return read(schema, `${kind}.create`, await once(`${kind}.create`, input));
  };

  return {
    ping: () => connection.ping(),
    version: () => query(z.string(), 'settings.getDokployVersion'),

    compose: (composeId: string) => query(composeAnswer, 'compose.one', { composeId }),
    application: (applicationId: string) => query(applicationAnswer, 'application.one', { applicationId }),
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
    /** Takes the image that the host has, and pulls none. Answers 200 with zero bytes. */
    redeployApplication: (applicationId: string, title: string, description: string) =>
      once('application.redeploy', { applicationId, title, description }),

    /** Newest first. An empty list does not mean that the service exists. */
    composeDeployments: (composeId: string) =>
      query(deploymentsAnswer, 'deployment.allByCompose', { composeId }),
    applicationDeployments: (applicationId: string) =>
      query(deploymentsAnswer, 'deployment.all', { applicationId }),
    /** Of the whole server, newest first. */
    queue: () => query(queueAnswer, 'deployment.queueList'),
    log: (deploymentId: string, tail: number) =>
      query(z.string(), 'deployment.readLogs', { deploymentId, tail }),

    /** The type is not optional here: without it the name's beginning is enough, and `ehr` finds `ehr-web`. */
    composeContainers: (appName: string) =>
      query(containersAnswer, 'docker.getContainersByAppNameMatch', { appName, appType: 'docker-compose' }),
    applicationTasks: (appName: string) =>
      query(tasksAnswer, 'docker.getServiceContainersByAppName', { appName }),
    stackTasks: (appName: string) => query(tasksAnswer, 'docker.getStackContainersByAppName', { appName }),
    /** Undefined for an unknown one. Needs the permission to look into Docker, which a member's key may lack. */
    inspectContainer: (containerId: string) => query(inspectedContainer, 'docker.getConfig', { containerId }),
    inspectImage: (imageRef: string) => query(inspectedImage, 'dockerImage.getImageConfig', { imageRef }),
    containerLog: (composeId: string, containerId: string, tail: number) =>
      query(z.string(), 'compose.readLogs', { composeId, containerId, tail }),

    registries: () => query(registriesAnswer, 'registry.all'),
    createRegistry: (entry: Record<'registryName' | 'registryUrl' | 'username' | 'password', string>) =>
      once('registry.create', { ...entry, registryType: 'cloud', imagePrefix: null }),
    /** Signs in with what Dokploy keeps. @throws DOKPLOY_REFUSED when the registry does not accept it */
    testRegistry: (registryId: string) => set('registry.testRegistryById', { registryId }),
    /** Signs in, and the host stays signed in. @throws DOKPLOY_REFUSED when the registry does not accept it */
    signIn: (entry: Record<'registryName' | 'registryUrl' | 'username' | 'password', string>) =>
      set('registry.testRegistry', { ...entry, registryType: 'cloud' }),
    /** Keeps another sign-in for the registry. */
    updateRegistry: (registryId: string, entry: Record<'username' | 'password', string>) =>
      set('registry.update', { registryId, ...entry }),
    projects: () => query(projectsAnswer, 'project.all'),
    environments: (projectId: string) => query(environmentsAnswer, 'environment.byProjectId', { projectId }),
    createProject: async (name: string, description: string): Promise<string> =>
      read(
        z.object({ project: z.object({ projectId: z.string() }) }),
        'project.create',
        await once('project.create', { name, description }),
      ).project.projectId,
    createEnvironment: (projectId: string, name: string) => create('environment', { projectId, name }),
    createCompose: (service: {
      environmentId: string;
      name: string;
      composeType: 'docker-compose' | 'stack';
      composeFile: string;
    }) =>
      // Without a source type Dokploy makes it a GitHub compose, whatever file is given.
      create('compose', { ...service, appName: service.name, sourceType: 'raw' }),
    createApplication: (environmentId: string, name: string) =>
      create('application', { environmentId, name, appName: name }),
    updateCompose: async (composeId: string, changes: Input): Promise<void> => {
      const input = { composeId, ...changes };
      const answer = await connection.mutate('compose.update', input, { repeatable: true });
      // An unknown id is answered with 200 and nothing.
      read(z.object({ composeId: z.literal(composeId) }), 'compose.update', answer);
    },
  };
}

/** What `createDokployApi` returns. */
export type DokployApi = ReturnType<typeof createDokployApi>;
