import { coreError, type Secret } from '@ehr/delivery-core';
import type { EnvironmentHere } from '../api/answers.ts';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi, type DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { readVariable, setVariables } from '../target/variables.ts';

/** What is to be there afterwards. */
export interface SetUpOptions extends ConnectionOptions {
  /** `ehr-connect`: names are not unique in Dokploy, so two of a name are refused. */
  readonly project: string;
  /** `staging` */
  readonly environment: string;
  readonly service: string;
  readonly kind: 'application' | 'compose' | 'stack';
  /** Of a compose or stack: the whole file, with `${API_IMAGE_TAG:?}` in it. */
  readonly composeFile?: string;
  /** Of an application: the image it starts with, until the first deploy pins one. */
  readonly image?: string;
  /** First values; a variable that is there already keeps its value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The log-in for a private repository: host-wide in Dokploy. */
  readonly registry?: { readonly host: string; readonly username: string; readonly password: Secret };
  /** How long `docker compose up --wait` waits (default 120 s). */
  readonly waitSeconds?: number;
}

/** What is there now, and what was done for it. */
export interface SetUpResult {
  readonly id: string;
  readonly projectId: string;
  readonly environmentId: string;
  /** In order: `project ehr-connect created`, `compose ehr-api was there`. */
  readonly steps: readonly string[];
}

/** Creates what is missing and leaves what is there; the second run changes nothing. Needs an owner's key. */
export async function setUpService(options: SetUpOptions): Promise<SetUpResult> {
  const { project, environment, service } = options;
  const api = createDokployApi(connect(options));
  const steps: string[] = [];
  const made = (what: string) => void steps.push(`${what} created`);
  const there = (what: string) => void steps.push(`${what} was there`);

  const projects = (await api.projects()).filter(({ name }) => name === project);
  let projectId = theOnly(projects, `project ${project}`)?.projectId;
  if (projectId === undefined) {
    projectId = await api.createProject(project, 'Set up by ehr-delivery');
    made(`project ${project}`);
  } else there(`project ${project}`);

  const environments = (await api.environments(projectId)).filter(({ name }) => name === environment);
  const place = theOnly(environments, `environment ${environment}`);
  let environmentId = place?.environmentId;
  if (environmentId === undefined) {
    environmentId = await api.createEnvironment(projectId, environment);
    made(`environment ${environment}`);
  } else there(`environment ${environment}`);

  if (options.registry !== undefined) await setUpRegistry(api, options.registry, steps);
  const found = place === undefined ? undefined : findService(place, options);
  if (found !== undefined) there(`${options.kind} ${service}`);
  const id = found ?? (await createService(api, environmentId, options));
  if (found === undefined) made(`${options.kind} ${service}`);
  if (options.kind === 'application') await addApplicationVariables(api, id, options, steps);
  else await completeCompose(api, id, options, steps);
  return { id, projectId, environmentId, steps };
}

async function setUpRegistry(
  api: DokployApi,
  { host, username, password }: NonNullable<SetUpOptions['registry']>,
  steps: string[],
): Promise<void> {
  // A second entry of the same host would log the first one out.
  if ((await api.registries()).some((entry) => entry.registryUrl === host)) {
    steps.push(`registry ${host} was there`);
    return;
  }
  // Dokploy logs in with it and answers 400 when the registry refuses.
  await api.createRegistry({ registryName: host, registryUrl: host, username, password: password.reveal() });
  steps.push(`registry ${host} created`);
}

function findService(place: EnvironmentHere, { kind, service }: SetUpOptions): string | undefined {
  if (kind === 'application') {
    const here = place.applications.filter(({ name }) => name === service);
    return theOnly(here, `application ${service}`)?.applicationId;
  }
  const here = place.compose.filter(({ name }) => name === service);
  return theOnly(here, `compose ${service}`)?.composeId;
}

async function createService(
  api: DokployApi,
  environmentId: string,
  { kind, service, composeFile, image }: SetUpOptions,
): Promise<string> {
  if (kind === 'application') {
    if (image === undefined) {
      throw coreError('OPTIONS_INVALID', `An image is needed to set up ${service}.`);
    }
    return api.createApplication(environmentId, service);
  }
  if (composeFile === undefined) {
    throw coreError('OPTIONS_INVALID', `A compose file is needed to set up ${service}.`);
  }
  const composeType = kind === 'stack' ? 'stack' : 'docker-compose';
  return api.createCompose({ environmentId, name: service, composeType, composeFile });
}

/** The command, and variables that are missing; a person's command is left alone. */
async function completeCompose(
  api: DokployApi,
  id: string,
  { kind, waitSeconds, variables = {}, service }: SetUpOptions,
  steps: string[],
): Promise<void> {
  const { command, appName, env, composeType } = await api.compose(id);
  if ((composeType === 'stack') !== (kind === 'stack')) {
    throw dokployError('DOKPLOY_SERVICE_UNFIT', `${service} is there, but as a ${composeType}.`);
  }
  if (kind === 'compose' && (command ?? '') === '') {
    await api.updateCompose(id, { command: composeCommand(appName, waitSeconds) });
    steps.push('command that pulls and waits set');
  }
  const text = withMissing(env ?? '', variables);
  if (text === (env ?? '')) return;
  await api.saveComposeEnvironment(id, text);
  steps.push('missing variables added');
}

async function addApplicationVariables(
  api: DokployApi,
  id: string,
  { variables = {}, image, service }: SetUpOptions,
  steps: string[],
): Promise<void> {
  const application = await api.application(id);
  if (application.sourceType !== 'docker') {
    // Born as a GitHub application without a repository; one that has another source is somebody's work.
    if (application.sourceType !== 'github' || application.repository != null || image === undefined) {
      throw dokployError(
        'DOKPLOY_SERVICE_UNFIT',
        `${service} is there, but built by Dokploy from ${application.sourceType}; choose the provider Docker for it.`,
      );
    }
    await api.saveImage(application, image);
    steps.push('source set to docker');
  }
  const text = withMissing(application.env ?? '', variables);
  if (text === (application.env ?? '')) return;
  await api.saveApplicationEnvironment(application, text);
  steps.push('missing variables added');
}

function withMissing(text: string, variables: Readonly<Record<string, string>>): string {
  const missing = Object.entries(variables).filter(([name]) => readVariable(text, name) === undefined);
  return missing.length === 0 ? text : setVariables(text, Object.fromEntries(missing));
}

function theOnly<T>(found: readonly T[], what: string): T | undefined {
  if (found.length <= 1) return found[0];
  throw dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `There are ${found.length} of ${what} in Dokploy, which allows equal names; rename all but one.`,
  );
}

/**
 * Dokploy's own command neither pulls nor waits. With this one a compose's `done` means healthy (the image needs a
 * HEALTHCHECK), and the time-out keeps a container that never settles from blocking the server's whole queue.
 * Dokploy puts `docker` before it; it names the app, so it can be set only once the compose exists.
 */
export function composeCommand(appName: string, waitSeconds = 120): string {
  return `compose -p ${appName} -f docker-compose.yml up -d --pull always --remove-orphans --wait --wait-timeout ${waitSeconds}`;
}
