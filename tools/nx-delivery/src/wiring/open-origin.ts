import type { Environment } from '@ehr/delivery-core';
import { healthUrl } from '@ehr/delivery-dokploy';
import type { ExecutorContext } from '@nx/devkit';
import type { ProcessEnv } from '../process-env.ts';
import { readEnvFile } from './env-lines.ts';
import { readServiceFacts } from './open-service.ts';

/** What a promotion needs of the environment it takes its image from: where that answers in public, and no secret. */
export interface Origin {
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
): Promise<Origin> {
  const { variablePrefix, healthPath } = readServiceFacts(environment, {}, context);
  const name = `${variablePrefix}_PUBLIC_URL`;
  const file = await readEnvFile(context.root, environment);
  const publicUrl = processEnv[`${name}_${environment.toUpperCase()}`] || file[name] || null;
  return { publicUrl, healthUrl: publicUrl === null ? null : healthUrl({ publicUrl, healthPath }) };
}
