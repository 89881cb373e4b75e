import { coreError, formatReference, hasCode, Secret, type Environment } from '@ehr/delivery-core';
import { setUpService, type SetUpOptions } from '@ehr/delivery-dokploy';
import type { ExecutorContext } from '@nx/devkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeFileOf } from './compose-file-of.ts';
import type { ProcessEnv } from '../process-env.ts';
import { collectProblems, projectRootOf, readServiceFacts } from '../wiring/open-service.ts';
import type { DokployIdentity } from '../wiring/read-destination.ts';
import {
  readSettings,
  readVariables,
  repositoryOf,
  type Settings,
  type Variables,
} from '../wiring/read-settings.ts';

/** What the service is to become. */
export interface SetUpWishes {
  readonly environment: Environment;
  readonly kind: DokployIdentity['kind'];
  readonly dokployProject: string;
  /** A port of the host. */
  readonly publishPort?: number | undefined;
  /** How long `docker compose up --wait` waits. */
  readonly waitSeconds: number;
}

/** What is known after the set-up. */
export interface StoredSettings extends DokployIdentity {
  readonly url: string;
  readonly environment: Environment;
  readonly variablePrefix: string;
  /** When it is set already. */
  readonly publicUrl: string | undefined;
}

/** What was set up. */
export interface SetUp {
  readonly id: string;
  readonly service: string;
  readonly environment: Environment;
  /** In order: `project ehr-connect created`, `compose ehr-api was there`. */
  readonly steps: readonly string[];
  readonly stored: StoredSettings;
}

/**
 * Creates in Dokploy what is missing of the service, out of docker-compose.yml and the environment's settings.
 * @throws OPTIONS_INVALID that names everything that is missing; DOKPLOY_UNAUTHORIZED without an owner's key.
 */
export async function setUpInDokploy(
  { environment, kind, dokployProject, publishPort, waitSeconds }: SetUpWishes,
  context: ExecutorContext,
  processEnv: ProcessEnv,
): Promise<SetUp> {
  const service = context.projectName ?? '';
  const problems = collectProblems();
  const facts = await problems.read(() => readServiceFacts(environment, {}, context));
  const variables = await readVariables(context.root, environment, processEnv, projectRootOf(context));
  const settings = await problems.read(() => readSettings(variables, environment, processEnv));
  const given = await problems.read(() => keyAndUrl(environment, variables));
  problems.refuse();
  if (!facts || !settings || !given) throw coreError('OPTIONS_INVALID', `${service} cannot be set up.`);
  const { url, apiKey } = given;
  const { variablePrefix } = facts;
  if (publishPort !== undefined && kind === 'application') {
    throw coreError('OPTIONS_INVALID', 'publishPort is for a compose or a stack, not an application.');
  }
  const repository = formatReference(repositoryOf(settings, service));
  const file = composeFileOf(await readFile(join(context.root, 'docker-compose.yml'), 'utf8'), {
    service,
    repository,
    variablePrefix,
    kind: kind === 'stack' ? 'stack' : 'compose',
    ...(publishPort !== undefined && { publishPort }),
  });
  try {
    const { id, steps } = await setUpService({
      url,
      apiKey,
      project: dokployProject,
      environment,
      service,
      kind,
      composeFile: file.text,
      image: `${repository}:${environment}`,
      variables: firstValues(file.variables, variablePrefix, kind, environment, settings),
      waitSeconds,
      ...(await registryLogin(settings)),
    });
    const publicUrl = settings.setting(`${variablePrefix}_PUBLIC_URL`);
    return {
      id,
      service,
      environment,
      steps,
      stored: { url, id, kind, variablePrefix, environment, publicUrl },
    };
  } catch (error) {
    if (!hasCode(error, 'DOKPLOY_UNAUTHORIZED')) throw error;
    throw error.reworded(error.message, {
      hint: 'Setting up needs the key of an owner or admin; a member’s key is enough to deploy afterwards.',
      cause: error,
    });
  }
}

function keyAndUrl(environment: Environment, { setting }: Variables): { url: string; apiKey: Secret } {
  const [url, apiKey] = [setting('DOKPLOY_URL'), setting('DOKPLOY_API_KEY')];
  if (url !== undefined && apiKey !== undefined) return { url, apiKey: new Secret(apiKey) };
  const missing = [url === undefined && 'DOKPLOY_URL', apiKey === undefined && 'DOKPLOY_API_KEY'];
  const names = missing.filter((name) => name !== false);
  throw coreError(
    'OPTIONS_INVALID',
    `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not set for ${environment}.`,
    { hint: `Set it in the process environment or in .env.${environment}; setting up needs an owner’s key.` },
  );
}

/** The service's variables as far as the environment's settings have them, and the tag to start with. */
function firstValues(
  variables: readonly string[],
  prefix: string,
  kind: DokployIdentity['kind'],
  environment: Environment,
  { setting }: Variables,
): Record<string, string> {
  const own = new RegExp(`^${prefix}_(REVISION|VERSION)$`);
  const given = variables.flatMap((name) => {
    const value = setting(name);
    return own.test(name) || value === undefined ? [] : [[name, quoted(value)] as const];
  });
  const tag = kind === 'application' ? {} : { [`${prefix}_IMAGE_TAG`]: environment };
  return { ...tag, ...Object.fromEntries(given), EHR_ENVIRONMENT: environment };
}

/** Dokploy reads the text with dotenv, which cuts an unquoted value at a `#` and at the end of the line. */
function quoted(value: string): string {
  if (!/[\s#'"`]/.test(value)) return value;
  const quote = ["'", '`', '"'].find((one) => !value.includes(one)) ?? "'";
  return `${quote}${value}${quote}`;
}

/** The log-in with which Dokploy pulls; none when nobody signed in. An identity token is no password Dokploy could keep. */
async function registryLogin({
  registry: host,
  credentials,
}: Settings): Promise<Pick<SetUpOptions, 'registry'>> {
  const found = await credentials();
  if (found === undefined || !('password' in found)) return {};
  return { registry: { host, username: found.username, password: new Secret(found.password) } };
}
