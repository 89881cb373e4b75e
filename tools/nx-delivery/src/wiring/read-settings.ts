import {
  coreError,
  type CredentialSource,
  DOCKER_HUB,
  isSecretName,
  MOST_RECENT,
  parseReference,
  type Reference,
} from '@ehr/delivery-core';
import { readDockerCredentials } from '@ehr/delivery-registry';
import type { ProcessEnv } from '../process-env.ts';
import { readEnvFile } from './env-lines.ts';
import { readLoadedValues } from './loaded-values.ts';
import { composeProjectOf, refuseOtherEnvironment } from './other-environment.ts';
import { readSecretFiles } from './secret-files.ts';

/** What `.env.<environment>` and the process environment, which wins, say; unchecked. */
export interface Variables {
  /**
   * What a child process such as docker compose must be given: what the file says and the process environment does
   * not, and undefined for what must not reach it: a value that Nx loaded out of another file, and the delivery's own
   * secrets.
   */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The values of all settings whose names say that they are secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Any setting of the environment; an empty one is none. */
  readonly setting: (name: string) => string | undefined;
  /** The file, such as `.env.local`, whose value of `name` stands in the process environment and does not count here. */
  readonly foreignFileOf: (name: string) => string | undefined;
}

/** What opens a door for the delivery itself; no service and no program that it starts needs it. */
function isOfDelivery(variable: string): boolean {
  return /^(DOCKERHUB_TOKEN|DOKPLOY_(API_KEY|WEBHOOK_\w+)|COSIGN_(PRIVATE_KEY|PASSWORD)|ACTIONS_ID_TOKEN_\w+|GITHUB_TOKEN)$/.test(
    variable,
  );
}

/** What depends on where one deploys from and to, not on the service. */
export interface Settings extends Variables {
  readonly registry: string;
  readonly namespace: string;
  /** The repository of all services' journals and locks; null: each beside its images. */
  readonly journalRepository: string | null;
  readonly composeProject: string;
  /** How long a new image must answer rightly, without a gap, until it counts as verified. */
  readonly verificationSeconds: number;
  /** How many of the service's images a host keeps that is ours to clean: those it was last verified to run. */
  readonly keepImages: number;
  /** The sign-in for `registry` and for no other: DOCKERHUB_TOKEN, else what `docker login` left. Asked at most once. */
  readonly credentials: CredentialSource;
}

/** The registry that `npm start` runs; a laptop needs no account. */
const LOCAL_REGISTRY = '127.0.0.1:5050';
/** Whose images they are where DOCKERHUB_USERNAME is not set. */
export const LOCAL_NAMESPACE = 'ehr-connect';
/** What `.env.<environment>.example` says for it; deploy.sh refuses it, too. */
const PLACEHOLDER = 'yourname';
/** An image that is watched for longer than this keeps everybody else waiting. */
const MOST_SECONDS = 600;

/**
 * Reads the environment's file. What the process environment says goes before it, unless Nx put it there out of a file:
 * then the environment's own file counts as it stands, and no other file does.
 * A secret may be in a file of its own that `<NAME>_FILE` names.
 * @throws OPTIONS_INVALID for lines that tools would read differently, for a secret's file that cannot be read, and in a
 * shell that was set up for another environment.
 */
export async function readVariables(
  root: string,
  environment: string,
  processEnv: ProcessEnv,
  projectRoot?: string,
): Promise<Variables> {
  const name = `.env.${environment}`;
  const file = await readEnvFile(root, environment);
  const loaded = await readLoadedValues(root, projectRoot, processEnv);
  refuseOtherEnvironment(environment, file, processEnv, loaded);
  const given = (variable: string) => processEnv[variable] || undefined;
  const fileOf = (variable: string) => {
    const value = given(variable);
    return value === undefined ? undefined : loaded.fileOf(variable, value);
  };
  const own = (variable: string) => (fileOf(variable) === undefined ? given(variable) : undefined);
  const foreign = Object.keys(processEnv).filter((variable) => fileOf(variable) !== undefined);
  const said = (variable: string) => own(variable) ?? (file[variable] || undefined);
  const names = [...Object.keys(processEnv), ...Object.keys(file)];
  const inFiles = await readSecretFiles(names, said, root);
  const setting = (variable: string) => said(variable) ?? inFiles[variable];
  return {
    setting,
    secrets: Object.fromEntries(
      [...names, ...Object.keys(inFiles)].filter(isSecretName).flatMap((secret) => {
        const value = setting(secret);
        return value === undefined ? [] : [[secret, value] as const];
      }),
    ),
    variables: Object.fromEntries([
      ...foreign.map((variable) => [variable, undefined] as const),
      ...[...Object.entries(file), ...Object.entries(inFiles)].filter(
        ([variable]) => own(variable) === undefined,
      ),
      ...names.filter(isOfDelivery).map((variable) => [variable, undefined] as const),
    ]),
    foreignFileOf: (variable) => (fileOf(variable) === name ? undefined : fileOf(variable)),
  };
}

/**
 * The settings of an environment. `local` has a default for everything.
 * @throws OPTIONS_INVALID that names every setting that is missing or breaks its rule.
 */
export function readSettings(variables: Variables, environment: string, processEnv: ProcessEnv): Settings {
  const { setting: value, foreignFileOf } = variables;
  const local = environment === 'local';
  const username = value('DOCKERHUB_USERNAME');
  const namespace = username ?? (local ? LOCAL_NAMESPACE : '');
  const chosen = value('REGISTRY');
  const registry = chosen ?? (local ? LOCAL_REGISTRY : DOCKER_HUB);
  const seconds = value('VERIFICATION_SECONDS') ?? (local ? '3' : '15');
  const keep = value('KEEP_IMAGES') ?? '5';
  const journal = value('JOURNAL_REPOSITORY') ?? '';
  refuseInvalid(
    environment,
    { registry, namespace, seconds, keep, journal },
    foreignFileOf('DOCKERHUB_USERNAME'),
  );
  // A Docker Hub token must not reach a registry that is only a default.
  const isChosen = chosen !== undefined || registry === DOCKER_HUB;
  const signIn = signInFor(registry, isChosen, value, processEnv);
  let asked: ReturnType<CredentialSource> | undefined;
  return {
    ...variables,
    registry,
    namespace,
    journalRepository: journal === '' ? null : journal,
    credentials: () => (asked ??= signIn()),
    composeProject: value('COMPOSE_PROJECT_NAME') ?? composeProjectOf(environment),
    verificationSeconds: Number(seconds),
    keepImages: Number(keep),
  };
}

/**
 * The sign-in for a registry: DOCKERHUB_USERNAME and DOCKERHUB_TOKEN where they are that registry's own, else what
 * `docker login` left.
 */
export function signInFor(
  registry: string,
  isOwn: boolean,
  value: Variables['setting'],
  processEnv: ProcessEnv,
): CredentialSource {
  const [username, password] = [value('DOCKERHUB_USERNAME'), value('DOCKERHUB_TOKEN')];
  return async () =>
    isOwn && username !== undefined && password !== undefined
      ? { username, password }
      : readDockerCredentials(registry, processEnv);
}

/** Where the images of a project are. */
export function repositoryOf({ registry, namespace }: Settings, projectName: string): Reference {
  return { registry, repository: `${namespace}/${projectName}` };
}

function refuseInvalid(
  environment: string,
  {
    registry,
    namespace,
    seconds,
    keep,
    journal,
  }: Readonly<Record<'registry' | 'namespace' | 'seconds' | 'keep' | 'journal', string>>,
  foreignFile: string | undefined,
): void {
  const foreign = foreignFile === undefined ? '' : ` (what ${foreignFile} says does not count for it)`;
  const problems = [
    parseReference(`${registry}/a/b`)?.registry !== registry &&
      `REGISTRY must be a host with optional port, such as docker.io; it is "${registry}"`,
    namespace === '' && `DOCKERHUB_USERNAME is not set for ${environment}${foreign}`,
    namespace === PLACEHOLDER &&
      `DOCKERHUB_USERNAME is "${PLACEHOLDER}" for ${environment}, as in the example: it must be the namespace of your images`,
    namespace !== '' &&
      parseReference(`docker.io/${namespace}/a`) === undefined &&
      `DOCKERHUB_USERNAME must be a Docker Hub user or organisation, in lower case; it is "${namespace}"`,
    journal !== '' &&
      !isRepository(journal) &&
      `JOURNAL_REPOSITORY must be a repository of the same registry, such as acme/ehr-journal; it is "${journal}"`,
    !(/^\d{1,3}$/.test(seconds) && Number(seconds) <= MOST_SECONDS) &&
      `VERIFICATION_SECONDS must be a whole number from 0 to ${MOST_SECONDS}; it is "${seconds}"`,
    !(/^\d{1,2}$/.test(keep) && Number(keep) >= 1 && Number(keep) <= MOST_RECENT) &&
      `KEEP_IMAGES must be a whole number from 1 to ${MOST_RECENT}; it is "${keep}"`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  throw coreError('OPTIONS_INVALID', `${problems.join('; ')}.`, {
    hint: `Set it in the process environment or in .env.${environment}.`,
  });
}

/** A path alone: what begins with a host is of another registry. */
function isRepository(path: string): boolean {
  const isHost = /^[^/]*[.:]/.test(path) || path.startsWith('localhost/');
  return !isHost && parseReference(`${DOCKER_HUB}/${path}`)?.repository === path;
}
