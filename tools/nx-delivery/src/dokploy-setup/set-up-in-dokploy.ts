import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coreError, type Environment, formatReference, hasCode, Secret } from '@ehr/delivery-core';
import { readApplicationNames, type SetUpOptions, setUpService } from '@ehr/delivery-dokploy';
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
import { composeFileOf } from './compose-file-of.ts';
import {
  firstValues,
  keptWarnings,
  neededSettings,
  otherIdentities,
  publishedAddress,
  valuesForWebhook,
} from './first-values.ts';
import { readDataPlace } from './read-data-place.ts';

/** What the service is to become. */
export interface SetUpWishes {
  readonly environment: Environment;
  readonly kind: DokployIdentity['kind'];
  readonly dokployProject: string;
  /** A port of the host. */
  readonly publishPort?: number | undefined;
  /** How long `docker compose up --wait` waits; a service that is there keeps its own when not given. */
  readonly waitSeconds?: number | undefined;
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
  if (waitSeconds !== undefined && kind !== 'compose') {
    throw coreError(
      'OPTIONS_INVALID',
      `waitSeconds is for a compose; of ${kind === 'stack' ? 'a stack' : 'an application'} Docker Swarm decides.`,
    );
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
    const where = { url, apiKey, onWait, project: dokployProject, environment };
    const others = idsOfOthers(file.services, context, settings);
    const applications = await readApplicationNames({ ...where, services: others });
    const { id, steps, warnings, kept, publishedPort } = await setUpService({
      ...where,
      service,
      kind,
      composeFile: file.text,
      image: `${repository}:${environment}`,
      variables: firstValues(file, variablePrefix, kind, environment, settings, applications),
      followingTag: valuesForWebhook(settings, variablePrefix, kind, environment),
      needed: neededSettings(service, file.variables, environment, settings, dataPlace),
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
      warnings: [
        ...warnings,
        ...keptWarnings(kept, service, environment, variablePrefix, settings),
        ...otherIdentities(settings, variablePrefix, { kind, id }),
      ],
      stored: {
        url,
        id,
        kind,
        variablePrefix,
        environment,
        publicUrl: publicUrl ?? publishedAddress(url, kind, publishedPort, settings),
      },
    };
  } catch (error) {
    if (!hasCode(error, 'DOKPLOY_UNAUTHORIZED')) throw error;
    throw error.reworded(error.message, {
      hint: `Setting up needs the key of an owner or admin: ask one to run it, or for such a key. Afterwards a member’s key is enough, once an owner gave its user access to ${service} in Dokploy (Settings → Users).`,
    });
  }
}

function keyAndUrl(
  environment: Environment,
  { setting, foreignFileOf }: Variables,
): { url: string; apiKey: Secret } {
  const [url, apiKey] = [setting('DOKPLOY_URL'), setting('DOKPLOY_API_KEY')];
  if (url !== undefined && apiKey !== undefined) return { url, apiKey: new Secret(apiKey) };
  const missing = [url === undefined && 'DOKPLOY_URL', apiKey === undefined && 'DOKPLOY_API_KEY'];
  const names = missing.filter((name) => name !== false);
  const foreign = names.map(foreignFileOf).find((file) => file !== undefined);
  throw coreError(
    'OPTIONS_INVALID',
    `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not set for ${environment}${foreign === undefined ? '' : ` (what ${foreign} says does not count for it, and a value of the shell that is the same is taken for it)`}.`,
    { hint: `Set it in the process environment or in .env.${environment}; setting up needs an owner’s key.` },
  );
}

/** The other services that may be applications in Dokploy, where Swarm knows them by their app's name → the id, if set. */
function idsOfOthers(
  services: readonly string[],
  context: ExecutorContext,
  { setting }: Variables,
): Readonly<Record<string, string | undefined>> {
  const others = services.filter(
    (name) =>
      name !== context.projectName &&
      context.projectsConfigurations.projects[name]?.targets?.['deploy'] !== undefined,
  );
  const ids = others.flatMap((projectName) => {
    const { variablePrefix } = readServiceFacts('local', {}, { ...context, projectName });
    const id = (kind: DokployIdentity['kind']) => setting(identityName(variablePrefix, kind));
    const isOther = id('compose') !== undefined || id('stack') !== undefined;
    return isOther && id('application') === undefined ? [] : [[projectName, id('application')] as const];
  });
  return Object.fromEntries(ids);
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
