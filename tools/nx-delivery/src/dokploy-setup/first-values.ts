import type { DataPlace, Environment } from '@ehr/delivery-core';
import { type Needed, plainHost } from '@ehr/delivery-dokploy';
import { type DokployIdentity, identityName } from '../wiring/read-destination.ts';
import type { Variables } from '../wiring/read-settings.ts';
import type { ServiceComposeFile } from './compose-file-of.ts';
import { ownAddress, ownName } from './own-name.ts';

/** The service's variables as far as the environment's settings have them, and the tag to start with. */
export function firstValues(
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
    const written =
      setting(name) ?? (/^EHR_(?:PUBLIC|SITE)_URL$/.test(name) ? setting(`${prefix}_PUBLIC_URL`) : undefined);
    const value = ownAddress(written ?? defaults[name] ?? '', services, environment, nameOf);
    // Of what nobody set, only an address of another service is written: there it is seen which one it is.
    const isService = services.some((service) => nameOf(service) === plainHost(value));
    if (own.test(name) || (written === undefined && !isService)) return [];
    return value === '' ? [] : [[name, quoted(value)] as const];
  });
  const tag = kind === 'application' ? {} : { [`${prefix}_IMAGE_TAG`]: environment };
  return { ...tag, ...Object.fromEntries(given), EHR_ENVIRONMENT: environment };
}

/** What a deploy by the API wrote, as it has to be where a webhook deploys; undefined where none does. */
export function valuesForWebhook(
  { setting }: Variables,
  prefix: string,
  kind: DokployIdentity['kind'],
  environment: Environment,
): Readonly<Record<string, string>> | undefined {
  if (setting(`DOKPLOY_WEBHOOK_${prefix}`) === undefined) return undefined;
  // As in docker-compose.yml and in the services, where nobody says it.
  return kind === 'application'
    ? { EHR_REVISION: 'unknown', EHR_VERSION: 'unversioned' }
    : {
        [`${prefix}_IMAGE_TAG`]: environment,
        [`${prefix}_REVISION`]: 'unknown',
        [`${prefix}_VERSION`]: 'unversioned',
      };
}

/** What the service does not start without there. */
export function neededSettings(
  service: string,
  variables: readonly string[],
  environment: Environment,
  settings: Variables,
  dataPlace: DataPlace | null,
): readonly Needed[] {
  const database = neededDatabase(service, variables, environment, settings, dataPlace);
  const others = Object.entries(DEMANDED).filter(
    ([name]) => environment !== 'dev' && variables.includes(name),
  );
  return [
    ...(database === undefined ? [] : [database]),
    ...others.map(([variable, hint]) => ({
      variable,
      message: `${variable} is not set for ${environment}, where ${service} does not start without it.`,
      hint: `${hint} Write it into .env.${environment}; docs/SECURITY.md tells more.`,
    })),
  ];
}

const DEMANDED = {
  EHR_ISSUERS: 'EHR_ISSUERS is the URL of the OpenID Connect issuer that people sign in with.',
  EHR_SESSION_SECRET: 'EHR_SESSION_SECRET is the same for ehr-api and ehr-web: openssl rand -hex 32.',
};

/** The database that the service cannot do without there, or that the settings ask for in a way Dokploy does not know. */
function neededDatabase(
  service: string,
  variables: readonly string[],
  environment: Environment,
  { setting }: Variables,
  dataPlace: DataPlace | null,
): Needed | undefined {
  const variable = dataPlace?.unless ?? 'DATABASE_URL';
  if (!variables.includes(variable)) return undefined;
  const hint = `In Dokploy, create a PostgreSQL service (Create Service → Database), and write its internal connection URL as ${variable} into .env.${environment}: ${service} reaches it by that name with and without a domain, because both are in dokploy-network.`;
  if (setting('POSTGRES_PASSWORD') !== undefined) {
    return {
      variable,
      message: `POSTGRES_PASSWORD is set for ${environment}, which asks for the PostgreSQL of docker-compose.yml; in Dokploy ${service} is set up without it, and ${variable} is not set.`,
      hint: `${hint} Then empty POSTGRES_PASSWORD.`,
    };
  }
  if (environment === 'dev' || setting('EHR_ALLOW_EMBEDDED_DATABASE') === 'true') return undefined;
  return {
    variable,
    message: `${variable} is not set for ${environment}, where ${service} does not start without it.`,
    hint: `${hint} Or accept the embedded database with EHR_ALLOW_EMBEDDED_DATABASE=true.`,
  };
}

/** Settings that have another value in Dokploy, which stays; what nobody set is no wish. */
export function keptWarnings(
  kept: readonly string[],
  service: string,
  environment: Environment,
  prefix: string,
  { setting }: Variables,
): readonly string[] {
  // A deploy pins the tag by its digest: that is no other wish.
  const wished = kept.filter((name) => setting(name) !== undefined && name !== `${prefix}_IMAGE_TAG`);
  if (wished.length === 0) return [];
  const verb = wished.length === 1 ? 'has another value' : 'have other values';
  return [
    `${wished.join(', ')} ${verb} in Dokploy than for ${environment} here: what is there was left as it is. Change it in the environment of ${service} in Dokploy, or here.`,
  ];
}

/** Settings that name another service in Dokploy than the one that was set up: deploys would go there. */
export function otherIdentities(
  { setting }: Variables,
  prefix: string,
  { kind, id }: DokployIdentity,
): readonly string[] {
  const names = (['compose', 'stack', 'application'] as const)
    .map((one) => [identityName(prefix, one), one === kind ? id : undefined] as const)
    .filter(([name, own]) => setting(name) !== undefined && setting(name) !== own)
    .map(([name]) => name);
  return names.map(
    (name) =>
      `${name} is set and names another service in Dokploy: deploys go there until the settings below take its place.`,
  );
}

/** Where a published port is reached: a compose publishes it on BIND_ADDRESS, Swarm on every address. */
export function publishedAddress(
  url: string,
  kind: DokployIdentity['kind'],
  port: number | null,
  { setting }: Variables,
): string | undefined {
  if (port === null) return undefined;
  const host = kind === 'stack' ? new URL(url).hostname : (setting('BIND_ADDRESS') ?? '127.0.0.1');
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** Dokploy reads the text with dotenv, which cuts an unquoted value at a `#` and at the end of the line. */
function quoted(value: string): string {
  if (!/[\s#'"`]/.test(value)) return value;
  const quote = ["'", '`', '"'].find((one) => !value.includes(one)) ?? "'";
  return `${quote}${value}${quote}`;
}
