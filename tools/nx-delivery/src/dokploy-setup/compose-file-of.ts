import { coreError, type Environment } from '@ehr/delivery-core';
import { parse, stringify } from 'yaml';
import { updateRules } from './update-rules.ts';

/** For what service and what kind the file is made. */
export interface ComposeFileOptions {
  readonly service: string;
  /** `docker.io/clinic/ehr-api` */
  readonly repository: string;
  /** API for API_IMAGE_TAG. */
  readonly variablePrefix: string;
  readonly kind: 'compose' | 'stack';
  readonly environment: Environment;
  /** Whether it has a database of its own, and writes nothing into its volume. */
  readonly hasDatabase: boolean;
  /** Port of the host; without it the service is reached through Dokploy's proxy alone. */
  readonly publishPort?: number;
}

/** A compose file for one service. */
export interface ServiceComposeFile {
  readonly text: string;
  /** What the service's `environment` and ports read: `EHR_ENVIRONMENT`, `DATABASE_URL`, `BIND_ADDRESS`. */
  readonly variables: readonly string[];
  /** All services of the workspace's file. */
  readonly services: readonly string[];
  /** What a variable is where nobody sets it: `EHR_API_URL` is `http://ehr-api-staging:3000`. */
  readonly defaults: Readonly<Record<string, string>>;
}

interface ComposeService {
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly networks?: { readonly default?: { readonly aliases?: readonly string[] } };
  readonly deploy?: object;
}

/** The network that Dokploy's proxy and databases are in, and services of every project and environment. */
const SHARED_NETWORK = 'dokploy-network';

/**
 * A compose file for the one service, out of the workspace's own: same hardening, same data, same variables. Services
 * that are a compose each meet in Dokploy's shared network only, under the aliases that name their environment.
 */
export function composeFileOf(source: string, options: ComposeFileOptions): ServiceComposeFile {
  const { service, repository, variablePrefix } = options;
  const whole = parse(source, { merge: true }) as {
    services?: Record<string, ComposeService>;
    volumes?: Record<string, unknown>;
  } | null;
  const found = whole?.services?.[service];
  if (found === undefined) {
    throw coreError('OPTIONS_INVALID', `docker-compose.yml has no service ${service}.`);
  }
  const { ports = [], ...kept } = found;
  const environment = withFlatDefaults(found.environment);
  // Dokploy has one environment text for each service, where a missing tag must be an error and no default.
  const image = `${repository}:\${${variablePrefix}_IMAGE_TAG:?}`;
  const named = (found.volumes ?? []).map((mount) => mount.split(':')[0] ?? '');
  const volumes = Object.fromEntries(
    Object.entries(whole?.volumes ?? {}).filter(([name]) => named.includes(name)),
  );
  const own = found.networks?.default ?? {};
  const networks = { default: own, [SHARED_NETWORK]: own };
  const sharesData = named.length > 0 && !options.hasDatabase;
  const address = reachable(ports, options);
  const document = {
    services: {
      [service]: {
        ...kept,
        ...(options.kind === 'stack' && { deploy: { ...found.deploy, ...updateRules(sharesData) } }),
        ...(environment && { environment }),
        image,
        ...address,
        networks,
      },
    },
    networks: { [SHARED_NETWORK]: { external: true } },
    ...(Object.keys(volumes).length > 0 && { volumes }),
  };
  const references = JSON.stringify([environment ?? {}, address]).matchAll(/\$\{(\w+)/g);
  return {
    // An anchor for an equal list would be one more thing to understand.
    text: stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, nullStr: '' }),
    variables: [...new Set([...references].map(([, name = '']) => name))],
    services: Object.keys(whole?.services ?? {}),
    defaults: defaultsOf(found.environment, options.environment),
  };
}

/** A default made of the environment's name is told with it; one made of anything else leads to another service. */
function defaultsOf(own: ComposeService['environment'], environment: Environment): Record<string, string> {
  const named = Object.values(own ?? {}).flatMap((value) => {
    const [, name, text = ''] = /^\$\{(\w+):-(.*)\}$/.exec(String(value)) ?? [];
    const told = text.replace(/\$\{EHR_ENVIRONMENT:-\w*\}/g, environment);
    return name === undefined || told.includes('${') ? [] : [[name, told] as const];
  });
  return Object.fromEntries(named);
}

/**
 * A default made of another variable, `${DATABASE_URL:-${…}}`, leads to a service that is not taken along, or is the
 * service's own default, as `EHR_API_URL`; and a stack understands none.
 */
function withFlatDefaults(environment: ComposeService['environment']): ComposeService['environment'] {
  return (
    environment &&
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace(/^\$\{(\w+):-[^}]*\$\{.*\}$/, '${$1:-}') : value,
      ]),
    )
  );
}

function reachable(ports: readonly string[], { kind, publishPort }: ComposeFileOptions): object {
  const inside = ports.map((port) => port.slice(port.lastIndexOf(':') + 1));
  if (publishPort === undefined) return inside.length === 0 ? {} : { expose: inside };
  if (inside.length !== 1) {
    throw coreError('OPTIONS_INVALID', 'publishPort needs a service with exactly one port.');
  }
  // A swarm publishes on all addresses, and takes no other wish.
  const address = kind === 'stack' ? '' : '${BIND_ADDRESS:-127.0.0.1}:';
  return { ports: [`${address}${publishPort}:${inside[0]}`] };
}
