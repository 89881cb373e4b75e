import type { Identity } from '@ehr/health';
import { commonVariables, identityOf, isNearHost, portVariable, proxiesVariable, readEnvironment, sessionSecretOf, sessionSecretVariable } from '@ehr/service-kit'; // prettier-ignore
import { z } from 'zod';
import { defaults, type FhirSettings, type Limits } from './fhir-settings.ts';
import { isDevelopment, type Issuer, issuersVariable, isWebAddress, withAudience } from './issuers.ts';

/** Everything the process environment decides, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly identity: Identity;
  /** Where clients reach this server; null: where they say that they did. */
  readonly publicUrl: string | null;
  /** Whose tokens are believed; none: whoever reaches the port may do everything. */
  readonly issuers: readonly Issuer[];
  /** What ehr-web shows that it is ours; null: sessions are kept for nobody. */
  readonly sessionSecret: string | null;
  /** Whose pages may ask from a browser. */
  readonly corsOrigins: readonly string[];
  /** Addresses of proxies whose forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly bodyBytes: number;
  readonly limits: Limits;
  /** Of a statement of the database, at most. */
  readonly statementMs: number;
  readonly settings: FhirSettings;
  readonly database: { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'embedded'; readonly directory: string }; // prettier-ignore
}

const MIB = 1024 * 1024;

/** A whole number, at least 1. */
function upTo(most: number, otherwise: number) {
  return z.coerce.number('must be a number').int().min(1).max(most).default(otherwise);
}

const schema = z
  .object({
    ...commonVariables,
    PORT: portVariable(3000),
    HOST: z.string().default('0.0.0.0'),
    DATABASE_URL: z
      .string()
      .refine(
        isPostgresUrl,
        'must be a URL postgres://user:password@host:5432/database; encode special characters',
      )
      .optional(),
    EHR_DATA_DIR: z.string().default('./.sandbox/ehr-api-data'),
    EHR_ALLOW_EMBEDDED_DATABASE: z.enum(['true', 'false'], 'must be true or false').default('false'),
    EHR_PUBLIC_URL: z
      .string()
      .refine(isWebAddress, 'must be http(s)://host, without a query or a user')
      .optional(),
    EHR_ISSUERS: issuersVariable,
    EHR_SESSION_SECRET: sessionSecretVariable,
    EHR_TRUSTED_PROXIES: proxiesVariable,
    EHR_BODY_MIB: upTo(256, defaults.bodyBytes / MIB),
    EHR_BUNDLE_ENTRIES: upTo(50_000, defaults.settings.mostEntries),
    EHR_CORS_ORIGINS: z
      .string()
      .default('')
      .transform(listOf)
      .refine(
        (list) => list.every(isOrigin),
        'must be origins such as https://app.example.org, separated by commas',
      ),
    EHR_CLIENT_RATE: upTo(10_000_000, defaults.limits.clientRate),
    EHR_CONNECTIONS: upTo(100_000, defaults.limits.connections),
    EHR_CLIENT_REQUESTS: upTo(10_000, defaults.limits.clientRequests),
    EHR_SEARCH_PARAMETERS: upTo(200, defaults.settings.search.criteria),
    EHR_SEARCH_VALUES: upTo(5_000, defaults.settings.search.values),
    EHR_SEARCH_CHAIN: upTo(10, defaults.settings.search.chain),
    EHR_SEARCH_INCLUDES: upTo(10_000, defaults.settings.search.includes),
    EHR_BREAK_GLASS_MINUTES: upTo(1_440, defaults.settings.breakGlassMinutes),
    EHR_STATEMENT_SECONDS: upTo(600, defaults.statementMs / 1000),
    // What auditing costs is measured without it (tools/benchmarks).
    EHR_AUDIT: z.enum(['on', 'off'], 'must be on or off').default('on'),
    EHR_DELETE_REFERENCED: z.enum(['true', 'false'], 'must be true or false').default('false'),
    LOG_LEVEL: z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
        'must be fatal, error, warn, info, debug or silent',
      )
      .default('info'),
  })
  .superRefine((variables, context) => {
    for (const [variable, message] of missing(variables))
      context.addIssue({ code: 'custom', path: [variable], message });
  });

type Variables = z.output<typeof schema>;

/** What an environment must not be without, or with: all of it at once. */
function missing(variables: Variables): readonly (readonly [string, string])[] {
  const { EHR_ENVIRONMENT, EHR_AUDIT, EHR_PUBLIC_URL, DATABASE_URL, EHR_ALLOW_EMBEDDED_DATABASE } = variables; // prettier-ignore
  const isLocal = EHR_ENVIRONMENT === 'local';
  const isInUse = /^(?:staging|prod)$/u.test(EHR_ENVIRONMENT);
  const known = believedOf(variables);
  const isPlain = ({ issuer, discovery }: { readonly issuer: string; readonly discovery: string }) =>
    [issuer, discovery].some((one) => !one.startsWith('https:'));
  const rules: readonly (readonly [boolean, string, string])[] = [
    [!isLocal && EHR_AUDIT === 'off', 'EHR_AUDIT', 'may be off in a local environment only'],
    [
      isInUse && known.length === 0,
      'EHR_ISSUERS',
      `is required when EHR_ENVIRONMENT is ${EHR_ENVIRONMENT}, or whoever reaches this port reads and writes everything; give the URL of the OpenID Connect issuer that people sign in with (not the development issuer)`,
    ],
    [!isLocal && known.some(isPlain), 'EHR_ISSUERS', 'must be https:// outside a local environment'],
    [
      EHR_PUBLIC_URL === undefined && known.some(({ audience }) => audience === undefined),
      'EHR_ISSUERS',
      'names no audience, which may be left out only where EHR_PUBLIC_URL is set: then it is that and /fhir',
    ],
    [
      isInUse && DATABASE_URL === undefined && EHR_ALLOW_EMBEDDED_DATABASE !== 'true',
      'DATABASE_URL',
      `is required when EHR_ENVIRONMENT is ${EHR_ENVIRONMENT}; give the URL of a PostgreSQL server, or accept the embedded database with EHR_ALLOW_EMBEDDED_DATABASE=true`,
    ],
    [
      EHR_ENVIRONMENT === 'prod' && DATABASE_URL !== undefined && !isEncrypted(DATABASE_URL),
      'DATABASE_URL',
      'must end with ?sslmode=verify-full when EHR_ENVIRONMENT is prod: records would cross the network for everybody to read (a host of one word, on a network of the same engine, is exempt)',
    ],
  ];
  return rules.flatMap(([isWrong, variable, message]) => (isWrong ? [[variable, message] as const] : []));
}

/**
 * The service's configuration, or a StartError that names every bad variable. `instance` is the random name of this
 * process in its health report.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  instance: string,
): Config {
  const variables = readEnvironment(schema, environment);
  const publicUrl =
    variables.EHR_PUBLIC_URL === undefined
      ? null
      : new URL(variables.EHR_PUBLIC_URL).href.replace(/\/+$/u, '');
  return {
    host: variables.HOST,
    port: variables.PORT,
    logLevel: variables.LOG_LEVEL,
    identity: identityOf('ehr-api', variables, instance),
    publicUrl,
    issuers: withAudience(believedOf(variables), publicUrl),
    sessionSecret: sessionSecretOf(variables.EHR_SESSION_SECRET, variables.EHR_ENVIRONMENT),
    corsOrigins: variables.EHR_CORS_ORIGINS,
    trustedProxies: variables.EHR_TRUSTED_PROXIES,
    bodyBytes: variables.EHR_BODY_MIB * MIB,
    limits: {
      ...defaults.limits,
      connections: variables.EHR_CONNECTIONS,
      clientRequests: variables.EHR_CLIENT_REQUESTS,
      clientRate: variables.EHR_CLIENT_RATE,
    },
    statementMs: variables.EHR_STATEMENT_SECONDS * 1000,
    settings: {
      deletesReferenced: variables.EHR_DELETE_REFERENCED === 'true',
      mostEntries: variables.EHR_BUNDLE_ENTRIES,
      breakGlassMinutes: variables.EHR_BREAK_GLASS_MINUTES,
      audits: variables.EHR_AUDIT === 'on',
      search: {
        criteria: variables.EHR_SEARCH_PARAMETERS,
        values: variables.EHR_SEARCH_VALUES,
        chain: variables.EHR_SEARCH_CHAIN,
        includes: variables.EHR_SEARCH_INCLUDES,
      },
    },
    database: variables.DATABASE_URL
      ? { kind: 'postgres', url: variables.DATABASE_URL }
      : { kind: 'embedded', directory: variables.EHR_DATA_DIR },
  };
}

/** The development issuer speaks for nobody outside of a local environment. */
function believedOf({ EHR_ISSUERS, EHR_ENVIRONMENT }: Variables): Variables['EHR_ISSUERS'] {
  return EHR_ISSUERS.filter((one) => EHR_ENVIRONMENT === 'local' || !isDevelopment(one));
}

/** What is set up as it may be, and yet not as it should be: for the log, once at the start. */
export function warningsAbout({ identity, publicUrl, issuers, sessionSecret }: Config): readonly string[] {
  const isInUse = /^(?:staging|prod)$/u.test(identity.environment);
  return [
    ...(publicUrl === null && isInUse
      ? ['EHR_PUBLIC_URL is not set: links in answers follow the Host header of each request; set it to where clients reach this server'] // prettier-ignore
      : []),
    ...(sessionSecret === null
      ? ['EHR_SESSION_SECRET is not set: nobody can sign in to ehr-web; give both the same'] // prettier-ignore
      : []),
    ...(issuers.length === 0 && identity.environment !== 'local'
      ? ['EHR_ISSUERS is not set: whoever reaches this port reads and writes everything; name the issuer whose tokens are believed'] // prettier-ignore
      : []),
  ];
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** As browsers send it: no path, no slash, no star. */
function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value && !value.includes('*');
}

/** Whether the way to a database is encrypted and its server known: https://www.postgresql.org/docs/17/libpq-ssl.html */
function isEncrypted(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const once = (name: string) => searchParams.getAll(name).length <= 1;
  // Of a parameter that is there twice, and of what stands beside it, others may read something else.
  if (!['host', 'sslmode'].every(once) || searchParams.has('ssl') || searchParams.has('uselibpqcompat'))
    return false;
  const host = searchParams.get('host') ?? hostname;
  const isNear = isNearHost(host) || /^\/.*$/u.test(host);
  return searchParams.get('sslmode') === 'verify-full' || (isNear && !searchParams.has('hostaddr'));
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:$/u.test(new URL(value).protocol);
}
