import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  coreError,
  type DataPlace,
  type Environment,
  formatReference,
  hasCode,
  Secret,
} from '@ehr/delivery-core';
import { plainHost, readApplicationName, type SetUpOptions, setUpService } from '@ehr/delivery-dokploy';
import type { ExecutorContext } from '@nx/devkit';
import type { ProcessEnv } from '../process-env.ts';
import { collectProblems, projectRootOf, readServiceFacts } from '../wiring/open-service.ts';
import { type DokployIdentity, identityName } from '../wiring/read-destination.ts';
import {
  readSettings,
  readVariables,
  repositoryOf,
  type Settings,
  type Variables,
} from '../wiring/read-settings.ts';
import { composeFileOf, type ServiceComposeFile } from './compose-file-of.ts';
import { ownAddress, ownName } from './own-name.ts';
import { readDataPlace } from './read-data-place.ts';

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
  /** What somebody should look at. */
  readonly warnings: readonly string[];
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
  /** Is told of each wait for a Dokploy that does not answer. */
  onWait: (message: string) => void = () => undefined,
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
  const dataPlace = environment === 'local' ? null : await readDataPlace(context);
  const file = composeFileOf(await readFile(join(context.root, 'docker-compose.yml'), 'utf8'), {
    service,
    repository,
    variablePrefix,
    environment,
    hasDatabase: dataPlace?.unless != null && settings.setting(dataPlace.unless) !== undefined,
    kind: kind === 'stack' ? 'stack' : 'compose',
    ...(publishPort !== undefined && { publishPort }),
  });
  try {
    const applications = await applicationNames(file.services, { url, apiKey, onWait }, context, settings);
    const { id, steps, warnings } = await setUpService({
      url,
      apiKey,
      onWait,
      project: dokployProject,
      environment,
      service,
      kind,
      composeFile: file.text,
      image: `${repository}:${environment}`,
      variables: firstValues(file, variablePrefix, kind, environment, settings, applications),
      waitSeconds,
      ...(dataPlace !== null && { dataPlace }),
      ...(await registryLogin(settings)),
    });
    const publicUrl = settings.setting(`${variablePrefix}_PUBLIC_URL`);
    return {
      id,
      service,
      environment,
      steps,
      warnings: [...warnings, ...lacking(file.variables, environment, settings, dataPlace)],
      stored: {
        url,
        id,
        kind,
        variablePrefix,
        environment,
        publicUrl: publicUrl ?? published(url, kind, publishPort, settings),
      },
    };
  } catch (error) {
    if (!hasCode(error, 'DOKPLOY_UNAUTHORIZED')) throw error;
    throw error.reworded(error.message, {
      hint: 'Setting up needs the key of an owner or admin; a member’s key is enough to deploy afterwards.',
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

/** Services that are applications in Dokploy, where Swarm knows them by their app's name: service → that name. */
async function applicationNames(
  services: readonly string[],
  connection: Pick<SetUpOptions, 'url' | 'apiKey' | 'onWait'>,
  context: ExecutorContext,
  { setting }: Variables,
): Promise<Readonly<Record<string, string>>> {
  const names: Record<string, string> = {};
  for (const projectName of services) {
    if (context.projectsConfigurations.projects[projectName]?.targets?.['deploy'] === undefined) continue;
    const { variablePrefix } = readServiceFacts('local', {}, { ...context, projectName });
    const id = setting(identityName(variablePrefix, 'application'));
    if (id !== undefined) names[projectName] = await readApplicationName(connection, id);
  }
  return names;
}

/** The service's variables as far as the environment's settings have them, and the tag to start with. */
function firstValues(
  { variables, services, defaults }: ServiceComposeFile,
  prefix: string,
  kind: DokployIdentity['kind'],
  environment: Environment,
  { setting }: Variables,
  applications: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = new RegExp(`^${prefix}_(REVISION|VERSION)$`);
  const nameOf = (service: string) => applications[service] ?? ownName(service, environment);
  const given = variables.flatMap((name) => {
    const written = setting(name);
    const value = ownAddress(written ?? defaults[name] ?? '', services, environment, nameOf);
    // Of what nobody set, only an address of another service is written: there it is seen which one it is.
    const isService = services.some((service) => nameOf(service) === plainHost(value));
    if (own.test(name) || (written === undefined && !isService)) return [];
    return value === '' ? [] : [[name, quoted(value)] as const];
  });
  const tag = kind === 'application' ? {} : { [`${prefix}_IMAGE_TAG`]: environment };
  return { ...tag, ...Object.fromEntries(given), EHR_ENVIRONMENT: environment };
}

/** What the service will miss there. */
function lacking(
  variables: readonly string[],
  environment: Environment,
  { setting }: Variables,
  dataPlace: DataPlace | null,
): readonly string[] {
  const name = dataPlace?.unless ?? 'DATABASE_URL';
  if (environment !== 'prod' || !variables.includes(name) || setting(name) !== undefined) return [];
  if (setting('EHR_ALLOW_EMBEDDED_DATABASE') === 'true') return [];
  return [
    `${name} is not set for prod, where the service does not start without it: set it in .env.prod and in the service’s environment in Dokploy before the first deploy.`,
  ];
}

/** Where a published port is reached: a compose publishes it on BIND_ADDRESS, Swarm on every address. */
function published(
  url: string,
  kind: DokployIdentity['kind'],
  port: number | undefined,
  { setting }: Variables,
): string | undefined {
  if (port === undefined) return undefined;
  const host = kind === 'stack' ? new URL(url).hostname : (setting('BIND_ADDRESS') ?? '127.0.0.1');
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
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
