import { coreError, keepsData } from '@ehr/delivery-core';
import { readVariable } from '../target/variables.ts';
import type { SetUpOptions } from './set-up-options.ts';

/**
 * Whether the service would start and keep its data, with what it has in Dokploy and what is added; `mounts` are null
 * where they are not known.
 * @throws OPTIONS_INVALID for a variable it cannot do without; DATA_NOT_KEPT when the records would go with the container
 */
export function checkNeeds(
  { service, environment, dataPlace, needed = [], variables = {} }: SetUpOptions,
  mounts: readonly string[] | null,
  env: string,
): void {
  const setting = (name: string) => readVariable(env, name) || variables[name];
  const missing = needed.filter(({ variable }) => !setting(variable));
  if (missing.length > 0) {
    const told = (what: 'message' | 'hint') => missing.map((one) => one[what]).join('\n');
    throw coreError('OPTIONS_INVALID', told('message'), { hint: told('hint') });
  }
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
