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
  const { project, environment, kind, service, registry } = options;
  const api = createDokployApi(connect(options));
  const steps: string[] = [];
  const ensure = async <T>(what: string, found: T | undefined, create: () => Promise<T>): Promise<T> => {
    const there = found ?? (await create());
    steps.push(`${what} ${found === undefined ? 'created' : 'was there'}`);
    return there;
  };

  const projectHere = theOnly(await api.projects(), 'project', project);
  const projectId = await ensure(`project ${project}`, projectHere?.projectId, () =>
    api.createProject(project, 'Set up by ehr-delivery'),
  );
  const place = theOnly(await api.environments(projectId), 'environment', environment);
  const environmentId = await ensure(`environment ${environment}`, place?.environmentId, () =>
    api.createEnvironment(projectId, environment),
  );
  if (registry !== undefined) {
    const { host, username, password } = registry;
    // A second entry of the same host would log the first one out.
    const entry = (await api.registries()).find(({ registryUrl }) => registryUrl === host);
    // Dokploy logs in with it and answers 400 when the registry refuses.
    await ensure<unknown>(`registry ${host}`, entry, () =>
      api.createRegistry({ registryName: host, registryUrl: host, username, password: password.reveal() }),
    );
  }
  const id = await ensure(`${kind} ${service}`, place && findService(place, options), () =>
    createService(api, environmentId, options),
  );
  if (kind === 'application') await addApplicationVariables(api, id, options, steps);
  else await completeCompose(api, id, options, steps);
  return { id, projectId, environmentId, steps };
}

function findService(place: EnvironmentHere, { kind, service }: SetUpOptions): string | undefined {
  return kind === 'application'
    ? theOnly(place.applications, kind, service)?.applicationId
    : theOnly(place.compose, 'compose', service)?.composeId;
}

async function createService(
  api: DokployApi,
  environmentId: string,
  { kind, service, composeFile, image }: SetUpOptions,
): Promise<string> {
  const needed = (what: string) => coreError('OPTIONS_INVALID', `${what} is needed to set up ${service}.`);
  if (kind === 'application') {
    if (image === undefined) throw needed('An image');
    return api.createApplication(environmentId, service);
  }
  if (composeFile === undefined) throw needed('A compose file');
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
  await addMissing(env ?? '', variables, steps, (text) => api.saveComposeEnvironment(id, text));
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
  const save = (text: string) => api.saveApplicationEnvironment(application, text);
  await addMissing(application.env ?? '', variables, steps, save);
}

async function addMissing(
  text: string,
  variables: Readonly<Record<string, string>>,
  steps: string[],
  save: (text: string) => Promise<void>,
): Promise<void> {
  const missing = Object.entries(variables).filter(([name]) => readVariable(text, name) === undefined);
  if (missing.length === 0) return;
  await save(setVariables(text, Object.fromEntries(missing)));
  steps.push('missing variables added');
}

function theOnly<T extends { readonly name: string }>(
  all: readonly T[],
  kind: string,
  name: string,
): T | undefined {
  const found = all.filter((one) => one.name === name);
  if (found.length <= 1) return found[0];
  throw dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `There are ${found.length} of ${kind} ${name} in Dokploy, which allows equal names; rename all but one.`,
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
