import { coreError, environments } from '@ehr/delivery-core';
import type { ProcessEnv } from '../process-env.ts';
import type { LoadedValues } from './loaded-values.ts';

/** The compose project of an environment where nobody names another. */
export function composeProjectOf(environment: string): string {
  return `ehr-connect-${environment}`;
}

/**
 * Refuses to work on one environment with what says it is of another: a copied file, or a shell in which another
 * environment's file was read, as the lines for a Swarm do.
 * @throws OPTIONS_INVALID that names both environments
 */
export function refuseOtherEnvironment(
  environment: string,
  file: Readonly<Record<string, string>>,
  processEnv: ProcessEnv,
  loaded: LoadedValues,
): void {
  const said = (name: string) => {
    const value = processEnv[name];
    // What Nx itself loads for this task was meant for nobody.
    return value === undefined || value === '' || loaded.isOfThisRun(name, value) ? undefined : value;
  };
  const own = file['EHR_ENVIRONMENT'] || environment;
  if (own !== environment)
    refuse(`.env.${environment} says EHR_ENVIRONMENT=${own}`, environment, `Correct .env.${environment}.`);
  const named = said('EHR_ENVIRONMENT');
  if (named !== undefined && named !== environment)
    refuse(`the process environment says EHR_ENVIRONMENT=${named}`, environment);
  const project = said('COMPOSE_PROJECT_NAME');
  if (project === undefined || project === (file['COMPOSE_PROJECT_NAME'] || composeProjectOf(environment)))
    return;
  const owner = environments.find(
    (other) =>
      other !== environment &&
      (project === composeProjectOf(other) ||
        loaded.fileOf('COMPOSE_PROJECT_NAME', project) === `.env.${other}`),
  );
  if (owner !== undefined)
    refuse(`the process environment says COMPOSE_PROJECT_NAME=${project}, which is ${owner}`, environment);
}

function refuse(
  what: string,
  environment: string,
  hint = 'Use a new shell, or `unset` what another environment’s file set in this one.',
): never {
  throw coreError('OPTIONS_INVALID', `This is ${environment}, and ${what}.`, { hint });
}
