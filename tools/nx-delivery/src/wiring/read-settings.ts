import {
  coreError,
  DOCKER_HUB,
  parseReference,
  type CredentialSource,
  type Reference,
} from '@ehr/delivery-core';
import { readDockerCredentials } from '@ehr/delivery-registry';
import { parse } from 'dotenv';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessEnv } from '../process-env.ts';

/** What `.env.<environment>` and the process environment, which wins, say; unchecked. */
export interface Variables {
  /** What the file says and the process environment does not: docker-compose.yml reads it too. */
  readonly variables: Readonly<Record<string, string>>;
  /** Any setting of the environment; an empty one is none. */
  readonly setting: (name: string) => string | undefined;
}

/** What depends on where one deploys from and to, not on the service. */
export interface Settings extends Variables {
  readonly registry: string;
  readonly namespace: string;
  readonly composeProject: string;
  /** The sign-in for `registry` and for no other: DOCKERHUB_TOKEN, else what `docker login` left. Asked at most once. */
  readonly credentials: CredentialSource;
}

/** The registry that `npm start` runs; a laptop needs no account. */
const LOCAL_REGISTRY = '127.0.0.1:5050';
/** Whose images they are where DOCKERHUB_USERNAME is not set. */
export const LOCAL_NAMESPACE = 'ehr-connect';

/** Reads the environment's file. What is wrong with a part of it hides no other part. */
export async function readVariables(
  root: string,
  environment: string,
  processEnv: ProcessEnv,
): Promise<Variables> {
  const file = await readEnvFile(join(root, `.env.${environment}`));
  // Nx puts .env.local into the process environment for every configuration; what comes from there is not meant for
  // another environment than `local`.
  const leaked = environment === 'local' ? {} : await readEnvFile(join(root, '.env.local'));
  const own = (name: string) =>
    processEnv[name] === leaked[name] || processEnv[name] === '' ? undefined : processEnv[name];
  return {
    setting: (name) => {
      const given = own(name) ?? file[name];
      return given === '' ? undefined : given;
    },
    variables: Object.fromEntries(Object.entries(file).filter(([name]) => own(name) === undefined)),
  };
}

/**
 * The settings of an environment. `local` has a default for everything.
 * @throws OPTIONS_INVALID that names every setting that is missing or breaks its rule.
 */
export function readSettings(variables: Variables, environment: string, processEnv: ProcessEnv): Settings {
  const { setting: value } = variables;
  const local = environment === 'local';
  const username = value('DOCKERHUB_USERNAME');
  const token = value('DOCKERHUB_TOKEN');
  const namespace = username ?? (local ? LOCAL_NAMESPACE : '');
  const chosen = value('REGISTRY');
  const registry = chosen ?? (local ? LOCAL_REGISTRY : DOCKER_HUB);
  refuseInvalid(environment, registry, namespace);
  // A Docker Hub token must not reach a registry that is only a default.
  const isChosen = chosen !== undefined || registry === DOCKER_HUB;
  const signIn: CredentialSource = async () =>
    isChosen && username !== undefined && token !== undefined
      ? { username, password: token }
      : readDockerCredentials(registry, processEnv);
  let asked: ReturnType<CredentialSource> | undefined;
  return {
    ...variables,
    registry,
    namespace,
    credentials: () => (asked ??= signIn()),
    composeProject: value('COMPOSE_PROJECT_NAME') ?? `ehr-connect-${environment}`,
  };
}

/** Where the images of a project are. */
export function repositoryOf({ registry, namespace }: Settings, projectName: string): Reference {
  return { registry, repository: `${namespace}/${projectName}` };
}

function refuseInvalid(environment: string, registry: string, namespace: string): void {
  const problems = [
    parseReference(`${registry}/a/b`)?.registry !== registry &&
      `REGISTRY must be a host with optional port, such as docker.io; it is "${registry}"`,
    namespace === '' && `DOCKERHUB_USERNAME is not set for ${environment}`,
    namespace !== '' &&
      parseReference(`docker.io/${namespace}/a`) === undefined &&
      `DOCKERHUB_USERNAME must be a Docker Hub user or organisation, in lower case; it is "${namespace}"`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  throw coreError('OPTIONS_INVALID', `${problems.join('; ')}.`, {
    hint: `Set it in the process environment or in .env.${environment}.`,
  });
}

async function readEnvFile(path: string): Promise<Record<string, string>> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}; // Optional: the environment may say it all.
    throw error;
  }
}
