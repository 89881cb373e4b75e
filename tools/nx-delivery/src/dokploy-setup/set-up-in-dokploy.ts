import { DeliveryError, Secret, coreError } from '@ehr/delivery-core';
import type { DeployOptions } from '@ehr/delivery-core';
import { setUpService } from '@ehr/delivery-dokploy';
import type { SetUpOptions, SetUpResult } from '@ehr/delivery-dokploy';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceFacts } from '../delivery/create-target.ts';
import type { DokployIdentity } from '../delivery/read-destination.ts';
import type { Settings } from '../delivery/read-settings.ts';
import { composeFileOf } from './compose-file-of.ts';

export interface SetUpWishes {
  readonly kind: DokployIdentity['kind'];
  readonly dokployProject: string;
  readonly publishPort?: number;
  readonly waitSeconds?: number;
}

/** Creates in Dokploy what is missing of the service, out of docker-compose.yml and the environment's settings. */
export async function setUpInDokploy(
  { kind, dokployProject, publishPort, waitSeconds }: SetUpWishes,
  { options, facts }: { readonly options: DeployOptions; readonly facts: ServiceFacts },
  settings: Settings,
  root: string,
): Promise<SetUpResult & { readonly url: string }> {
  const { environment, service, registry, namespace } = options;
  const need = (name: string) => {
    const value = settings.setting(name);
    if (value !== undefined) return value;
    throw coreError('OPTIONS_INVALID', `${name} is not set for ${environment}.`, {
      hint: `Set it in the process environment or in .env.${environment}; setting up needs an owner’s key.`,
    });
  };
  const url = need('DOKPLOY_URL');
  const apiKey = new Secret(need('DOKPLOY_API_KEY'));
  if (publishPort !== undefined && kind === 'application') {
    throw coreError('OPTIONS_INVALID', 'publishPort is for a compose or a stack, not an application.');
  }
  const repository = `${registry}/${namespace}/${service}`;
  const file = composeFileOf(await readFile(join(root, 'docker-compose.yml'), 'utf8'), {
    service,
    repository,
    variablePrefix: facts.variablePrefix,
    kind: kind === 'stack' ? 'stack' : 'compose',
    ...(publishPort !== undefined && { publishPort }),
  });
  try {
    const result = await setUpService({
      url,
      apiKey,
      project: dokployProject,
      environment,
      service,
      kind,
      composeFile: file.text,
      image: `${repository}:${environment}`,
      variables: firstValues(file.variables, facts.variablePrefix, kind, options, settings),
      ...(waitSeconds !== undefined && { waitSeconds }),
      ...(await registryLogin(registry, settings)),
    });
    return { ...result, url };
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'DOKPLOY_UNAUTHORIZED') throw error;
    throw new DeliveryError(error.code, error.message, {
      hint: 'Setting up needs the key of an owner or admin; a member’s key is enough to deploy afterwards.',
      cause: error,
    });
  }
}

/** The service's variables as far as the environment's settings have them, and the tag to start with. */
function firstValues(
  variables: readonly string[],
  prefix: string,
  kind: DokployIdentity['kind'],
  { environment }: DeployOptions,
  { setting }: Settings,
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
async function registryLogin(
  host: string,
  { credentials }: Settings,
): Promise<Pick<SetUpOptions, 'registry'>> {
  const found = await credentials();
  if (found === undefined || !('password' in found)) return {};
  return { registry: { host, username: found.username, password: new Secret(found.password) } };
}
