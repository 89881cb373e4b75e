import { coreError, type DataPlace, keepsData, type Secret } from '@ehr/delivery-core';
import { type EnvironmentHere, hashOf } from '../api/answers.ts';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi, type DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { mountsOf } from '../target/read-compose-file.ts';
import { readVariable, setVariables } from '../target/variables.ts';
import { composeCommand, isOldCommand } from './compose-command.ts';

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
  /** Where its image keeps its data: a service that would lose it is refused. */
  readonly dataPlace?: DataPlace;
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
  /** What is there and is not as it would be made now; it was left alone. */
  readonly warnings: readonly string[];
}

/** Creates what is missing and leaves what is there; the second run changes nothing. Needs an owner's key. */
export async function setUpService(options: SetUpOptions): Promise<SetUpResult> {
  const { project, environment, kind, service, registry } = options;
  const api = createDokployApi(connect(options));
  const steps: string[] = [];
  const warnings: string[] = [];
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
    const same = entry?.username === username && entry.passwordHash === hashOf(password.reveal());
    if (entry !== undefined && !same) {
      warnings.push(
        `Dokploy signs in to ${host} with another user or password than the settings name: that was left as it is. Change it in Dokploy if the old one was taken back.`,
      );
    }
    // Dokploy logs in with it and answers 400 when the registry refuses.
    await ensure<unknown>(`registry ${host}`, entry, () =>
      api.createRegistry({ registryName: host, registryUrl: host, username, password: password.reveal() }),
    );
  }
  const id = await ensure(`${kind} ${service}`, place && findService(place, options), () =>
    createService(api, environmentId, options),
  );
  if (kind === 'application') await addApplicationVariables(api, id, options, steps);
  else await completeCompose(api, id, options, steps, warnings);
  return { id, projectId, environmentId, steps, warnings };
}

function findService(place: EnvironmentHere, { kind, service }: SetUpOptions): string | undefined {
  return kind === 'application'
    ? theOnly(place.applications, kind, service)?.applicationId
    : theOnly(place.compose, 'compose', service)?.composeId;
}

async function createService(api: DokployApi, environmentId: string, options: SetUpOptions): Promise<string> {
  const { kind, service, composeFile, image } = options;
  const needed = (what: string) => coreError('OPTIONS_INVALID', `${what} is needed to set up ${service}.`);
  if (kind === 'application') {
    if (image === undefined) throw needed('An image');
    checkData(options, [], '');
    return api.createApplication(environmentId, service);
  }
  if (composeFile === undefined) throw needed('A compose file');
  checkData(options, mountsOf(composeFile, service), '');
  const composeType = kind === 'stack' ? 'stack' : 'docker-compose';
  return api.createCompose({ environmentId, name: service, composeType, composeFile });
}

/** @throws DATA_NOT_KEPT when the records would go with the container; `mounts` are null where that is not known. */
function checkData(
  { service, environment, dataPlace, variables = {} }: SetUpOptions,
  mounts: readonly string[] | null,
  env: string,
): void {
  const setting = (name: string) => readVariable(env, name) || variables[name];
  if (dataPlace === undefined || mounts === null || keepsData(dataPlace, { mounts, setting }) !== false)
    return;
  const unset = dataPlace.unless === null ? '' : `, and ${dataPlace.unless} is not set`;
  throw coreError(
    'DATA_NOT_KEPT',
    `${service} keeps its data in ${dataPlace.path}, where nothing is mounted${unset}: it would be gone after the next deploy.`,
    {
      hint: `Set ${dataPlace.unless ?? 'a database'} in .env.${environment}, mount a volume at ${dataPlace.path} in Dokploy, or set the service up as a compose, which has one.`,
    },
  );
}

/** The command, and variables that are missing; a person's command is left alone. */
async function completeCompose(
  api: DokployApi,
  id: string,
  options: SetUpOptions,
  steps: string[],
  warnings: string[],
): Promise<void> {
  const { kind, waitSeconds, variables = {}, service, composeFile } = options;
  const found = await api.compose(id);
  const { appName, env, composeType } = found;
  const command = found.command ?? '';
  if ((composeType === 'stack') !== (kind === 'stack')) {
    throw dokployError('DOKPLOY_SERVICE_UNFIT', `${service} is there, but as a ${composeType}.`);
  }
  if (kind === 'compose' && (command === '' || isOldCommand(command, appName))) {
    await api.updateCompose(id, { command: composeCommand(appName, waitSeconds) });
    steps.push('command that pulls what is missing and waits set');
  }
  if (found.sourceType === 'raw' && composeFile !== undefined && found.composeFile !== composeFile) {
    warnings.push(
      `The compose file of ${service} in Dokploy is not the one that would be made now, a published port included: it was left as it is. Delete its text in Dokploy and write the one of a new set-up, or keep it.`,
    );
  }
  if (found.sourceType === 'raw') checkData(options, mountsOf(found.composeFile ?? '', service), env ?? '');
  await addMissing(env ?? '', variables, steps, (text) => api.saveComposeEnvironment(id, text));
}

async function addApplicationVariables(
  api: DokployApi,
  id: string,
  options: SetUpOptions,
  steps: string[],
): Promise<void> {
  const { variables = {}, image, service } = options;
  const application = await api.application(id);
  checkData(
    options,
    (application.mounts ?? []).map(({ mountPath }) => mountPath),
    application.env ?? '',
  );
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

/** The name by which Swarm knows an application: `ehr-api-x1y2z3`. */
export async function readApplicationName(connection: ConnectionOptions, id: string): Promise<string> {
  return (await createDokployApi(connect(connection)).application(id)).appName;
}
