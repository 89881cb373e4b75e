import type { Identity } from '@ehr/health';
import { commonVariables, identityOf, portVariable, readEnvironment } from '@ehr/service-kit';
import { z } from 'zod';
import { instance } from './instance.ts';

/** Everything the process environment decides, checked. */
export interface WebConfig {
  /** Where ehr-api is, without a slash at the end. Only this server talks to it, never a browser. */
  readonly apiUrl: string;
  readonly environment: 'local' | 'dev' | 'staging' | 'prod';
  readonly identity: Identity;
  readonly port: number;
  readonly hostname: string;
}

const schema = z.object({
  ...commonVariables,
  EHR_API_URL: z
    .string()
    .refine(
      isHttpUrl,
      'must be an http or https URL without user and password, such as http://ehr-api-staging:3000',
    )
    .optional(),
  PORT: portVariable(3000),
  HOSTNAME: z.string().default('0.0.0.0'),
});

/** The service's configuration, or a StartError that names every bad variable. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WebConfig {
  const variables = readEnvironment(schema, environment);
  return {
    apiUrl: (variables.EHR_API_URL ?? defaultApiUrl(variables.EHR_ENVIRONMENT)).replace(/\/+$/u, ''),
    environment: variables.EHR_ENVIRONMENT,
    identity: identityOf('ehr-web', variables, instance),
    port: variables.PORT,
    hostname: variables.HOSTNAME,
  };
}

/** On a laptop the port that `npm start` publishes; elsewhere the alias that the compose and stack files give the API. */
function defaultApiUrl(environment: WebConfig['environment']): string {
  return environment === 'local' ? 'http://127.0.0.1:4201' : `http://ehr-api-${environment}:3000`;
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/u.test(protocol) && username === '' && password === '';
}
