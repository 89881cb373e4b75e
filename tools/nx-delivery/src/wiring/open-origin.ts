import { coreError, type Environment } from '@ehr/delivery-core';
import { healthUrl } from '@ehr/delivery-dokploy';
import type { ExecutorContext } from '@nx/devkit';
import type { ProcessEnv } from '../process-env.ts';
import { readEnvFile } from './env-lines.ts';
import { readServiceFacts } from './open-service.ts';

/** Where an environment answers in public. */
export interface PublicAddress {
  /** `https://api.staging.example.org`; null when nobody says. */
  readonly publicUrl: string | null;
  /** Where the service says who it is; null without `publicUrl`. */
  readonly healthUrl: string | null;
}

/**
 * The public address of the service of `context` in `environment`: `API_PUBLIC_URL` of `.env.<environment>`, and before
 * it the process environment's `API_PUBLIC_URL_STAGING`, which a CI job has that holds another environment's settings.
 * A plain `API_PUBLIC_URL` there is not asked: it is the address of the environment that is promoted to.
 * @throws OPTIONS_INVALID for an address that is no URL, and for a file with lines that tools would read differently
 */
export async function openOrigin(
  environment: Environment,
  context: ExecutorContext,
  processEnv: ProcessEnv,
): Promise<PublicAddress> {
  const { variablePrefix, healthPath } = readServiceFacts(environment, {}, context);
  const name = `${variablePrefix}_PUBLIC_URL`;
  const file = await readEnvFile(context.root, environment);
  const publicUrl = processEnv[`${name}_${environment.toUpperCase()}`] || file[name] || null;
  return { publicUrl, healthUrl: publicUrl === null ? null : healthUrl({ publicUrl, healthPath }) };
}

/**
 * Where the public asks the service of `context` in `environment` who it is.
 * @throws OPTIONS_INVALID when nobody says where that is
 */
export async function publicHealthUrl(
  environment: Environment,
  context: ExecutorContext,
  processEnv: ProcessEnv,
): Promise<string> {
  const { healthUrl: url } = await openOrigin(environment, context, processEnv);
  if (url !== null) return url;
  const name = `${readServiceFacts(environment, {}, context).variablePrefix}_PUBLIC_URL`;
  throw coreError(
    'OPTIONS_INVALID',
    `The public address of ${context.projectName ?? ''} in ${environment} is not known, where it says what it runs.`,
    { hint: `Set ${name} in .env.${environment}, or ${name}_${environment.toUpperCase()} in a CI job.` },
  );
}
