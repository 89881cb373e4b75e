import type { Identity } from '@ehr/health';
import { commonVariables, identityOf, isNearHost, portVariable, proxiesVariable, readEnvironment, sessionSecretOf, sessionSecretVariable } from '@ehr/service-kit'; // prettier-ignore
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
  /** Where browsers reach this service, without a slash at the end; null: where they say that they did. */
  readonly publicUrl: string | null;
  /** Addresses and ranges of proxies in front of it. */
  readonly trustedProxies: readonly string[];
  /** What this service shows ehr-api, and seals sessions with. */
  readonly secret: string;
  /** As the issuer knows this service. */
  readonly client: { readonly id: string; readonly secret: string | null; readonly scope: string };
  /** Of a session that nobody uses, until it is locked. */
  readonly idleMinutes: number;
}

/** Of this service's variables, those that a file may hold: `EHR_SESSION_SECRET_FILE`. */
export const secretVariables = ['EHR_SESSION_SECRET', 'EHR_OIDC_CLIENT_SECRET'];

const schema = z
  .object({
    ...commonVariables,
    EHR_API_URL: z
      .string()
      .refine(
        isHttpUrl,
        'must be an http or https URL without user and password, such as http://ehr-api-staging:3000',
      )
      .optional(),
    EHR_SITE_URL: z
      .string()
      .refine(
        isOrigin,
        'must be the URL by which browsers reach the web app, without a path, such as https://ehr.example.org',
      )
      .optional(),
    EHR_TRUSTED_PROXIES: proxiesVariable,
    EHR_SESSION_SECRET: sessionSecretVariable,
    EHR_OIDC_CLIENT_ID: z.string().default('ehr-web'),
    EHR_OIDC_CLIENT_SECRET: z.string().optional(),
    EHR_OIDC_SCOPE: z.string().default('openid profile fhirUser user/*.cruds'),
    EHR_IDLE_MINUTES: z.coerce.number('must be a number of minutes').int().min(1).max(480).default(15),
    PORT: portVariable(3000),
    HOSTNAME: z.string().default('0.0.0.0'),
  })
  .superRefine(({ EHR_SESSION_SECRET, EHR_ENVIRONMENT, EHR_API_URL }, context) => {
    const isInUse = EHR_ENVIRONMENT === 'staging' || EHR_ENVIRONMENT === 'prod';
    if (isInUse && EHR_API_URL !== undefined && !isEncryptedOrNear(EHR_API_URL))
      context.addIssue({
        code: 'custom',
        path: ['EHR_API_URL'],
        message: `must be https:// when EHR_ENVIRONMENT is ${EHR_ENVIRONMENT}: records would cross the network for everybody to read (a host of one word, on a network of the same engine, is exempt)`,
      });
    if (sessionSecretOf(EHR_SESSION_SECRET, EHR_ENVIRONMENT) === null)
      context.addIssue({
        code: 'custom',
        path: ['EHR_SESSION_SECRET'],
        message: `is required when EHR_ENVIRONMENT is ${EHR_ENVIRONMENT}, the same for ehr-web and ehr-api: openssl rand -hex 32`,
      });
  });

/** The service's configuration, or a StartError that names every bad variable. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WebConfig {
  const variables = readEnvironment(schema, environment);
  const { EHR_ENVIRONMENT, EHR_API_URL = defaultApiUrl(EHR_ENVIRONMENT), EHR_SITE_URL } = variables;
  return {
    apiUrl: withoutSlash(EHR_API_URL),
    environment: EHR_ENVIRONMENT,
    identity: identityOf('ehr-web', variables, instance),
    port: variables.PORT,
    hostname: variables.HOSTNAME,
    publicUrl: EHR_SITE_URL === undefined ? null : new URL(EHR_SITE_URL).origin,
    trustedProxies: variables.EHR_TRUSTED_PROXIES,
    // The schema has refused an environment without one.
    secret: sessionSecretOf(variables.EHR_SESSION_SECRET, EHR_ENVIRONMENT) ?? '',
    client: {
      id: variables.EHR_OIDC_CLIENT_ID,
      secret: variables.EHR_OIDC_CLIENT_SECRET ?? null,
      scope: variables.EHR_OIDC_SCOPE,
    },
    idleMinutes: variables.EHR_IDLE_MINUTES,
  };
}

/** On a laptop the port that `npm start` publishes; elsewhere the alias that the compose and stack files give the API. */
function defaultApiUrl(environment: WebConfig['environment']): string {
  return environment === 'local' ? 'http://127.0.0.1:4201' : `http://ehr-api-${environment}:3000`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/u, '');
}

function isOrigin(value: string): boolean {
  return isHttpUrl(value) && new URL(value).href === `${new URL(value).origin}/`;
}

/** Whether nobody on the way reads what goes there: the same is asked of the way from ehr-api to its database. */
function isEncryptedOrNear(url: string): boolean {
  if (!isHttpUrl(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isNearHost(hostname);
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/u.test(protocol) && username === '' && password === '';
}
