import { DeliveryError, Secret } from '@ehr/delivery-core';
import type { ApplicationAnswer, ComposeAnswer, RegistryEntry } from '../api/answers.ts';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi, type DokployApi } from '../api/dokploy-api.ts';
import { composeCommand } from '../setup/compose-command.ts';
import type { PinnedServiceOptions } from '../target/pinned-service.ts';
import { mountsOf, plainHost, plainHosts, takesBack } from '../target/read-compose-file.ts';
import { entriesOf, missingVariables, readVariable, usesVariable } from '../target/variables.ts';

/** The server, the key, and the service they are asked about. */
export type InspectOptions = ConnectionOptions & PinnedServiceOptions;

/** A fact, or why it could not be had. */
export type Fact<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly error: DeliveryError };

/** What a `doctor` judges; read only, and no fact keeps another from being read. */
export interface DokployFacts {
  /** Process and database answer; needs no key. */
  readonly reachable: Fact<true>;
  /** `v0.30.2`; known only with a valid key. */
  readonly version: Fact<string>;
  readonly service: Fact<ServiceFacts>;
  /** Host-wide registry log-ins. A member's key may not read them: DOKPLOY_UNAUTHORIZED. */
  readonly registries: Fact<readonly RegistryEntry[]>;
  /** Jobs of the whole server, this service's included. */
  readonly queued: Fact<QueueFacts>;
}

/** What Dokploy's queue holds. */
export interface QueueFacts {
  readonly all: number;
  readonly ofService: number;
  /** How long the job has been there that came first; 0 without jobs. */
  readonly oldestMs: number;
}

/** Versions whose behaviour was recorded; on another one the contract may have moved. */
export const knownVersions: readonly string[] = ['v0.30.2'];

/** Reads all facts one after the other; one that cannot be had is told and keeps no other from being read. */
export async function inspectDokploy(options: InspectOptions): Promise<DokployFacts> {
  const api = createDokployApi(connect(options));
  return {
    // One after the other: a throttled key fails on the sixth call, and then the first facts are there.
    reachable: await factOf(async () => {
      await api.ping();
      return true as const;
    }),
    version: await factOf(() => api.version()),
    service: await factOf(() => inspectService(api, options)),
    queued: await factOf(() => countJobs(api, options)),
    registries: await factOf(() => api.registries()),
  };
}

/** Throws DOKPLOY_UNREACHABLE unless process and database answer; for those who have no key. */
export async function pingDokploy(options: Omit<ConnectionOptions, 'apiKey'>): Promise<void> {
  await connect({ ...options, apiKey: new Secret('') }).ping();
}

async function countJobs(api: DokployApi, { id, now = Date.now }: InspectOptions): Promise<QueueFacts> {
  const jobs = await api.queue();
  const since = Math.min(...jobs.map(({ timestamp }) => timestamp ?? Infinity));
  const oldestMs = Number.isFinite(since) ? Math.max(0, now() - since) : 0;
  const ofService = jobs.filter(({ data }) => data.composeId === id || data.applicationId === id).length;
  return { all: jobs.length, ofService, oldestMs };
}

async function factOf<T>(ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { known: false, error };
  }
}

/** How a service is set up in Dokploy. */
export interface ServiceFacts {
  readonly name: string;
  /** `project / environment` in Dokploy. */
  readonly place: string | null;
  /** What it is in Dokploy, whatever the options say. */
  readonly type: 'application' | 'compose' | 'stack';
  /** As options say: an application, a compose or a stack. */
  readonly kindMatches: boolean;
  /** Off: every webhook is refused; the API deploys all the same. */
  readonly autoDeploy: boolean;
  readonly status: 'idle' | 'running' | 'done' | 'error';
  /** The image it is set up to run, of an application whole, of a compose what its variable holds. */
  readonly pinned: string | null;
  /** What the service reports as its revision, whatever image runs; null when it is not set up. */
  readonly revision: string | null;
  /** Whether writing the pin changes what is deployed; null when the file lies in Git. */
  readonly pinIsUsed: boolean | null;
  /** Whether `done` means healthy: only a compose with our command waits. */
  readonly doneMeansHealthy: boolean;
  /** Whether a moved tag is pulled: without it a webhook deploys the old image. */
  readonly pulls: boolean;
  /** Whether the registry is asked even for what the host has: nothing can be put back then while it is down. */
  readonly pullsAlways: boolean;
  /** Names of the variables in its environment, never their values. */
  readonly variables: readonly string[];
  /** Those of them that hold something. */
  readonly filled: readonly string[];
  /** Whether production may keep its records in the embedded database: EHR_ALLOW_EMBEDDED_DATABASE. */
  readonly acceptsEmbeddedDatabase: boolean;
  /** Paths in the container at which something lasting is mounted; null when that cannot be read. */
  readonly mounts: readonly string[] | null;
  /** Hosts of one word in addresses that the service is told: variable and host, `EHR_API_URL` and `ehr-api`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Names the compose file cannot do without and nothing sets. */
  readonly missingVariables: readonly string[];
  /** The registry log-in of its own, or which of the server's it uses; null for the server's own of that host. */
  readonly ownLogin:
    { readonly username: string; readonly password: Secret } | { readonly registryId: string } | null;
  /** Of a stack whose file is known: whether Swarm takes a bad version back by itself. */
  readonly takesBack: boolean | null;
}

/** Reads how the service is set up; values of its environment are left out. */
async function inspectService(api: DokployApi, options: PinnedServiceOptions): Promise<ServiceFacts> {
  return options.kind === 'application' ? inspectApplication(api, options) : inspectCompose(api, options);
}

async function inspectApplication(api: DokployApi, { id }: PinnedServiceOptions): Promise<ServiceFacts> {
  const found = await api.application(id);
  return {
    ...commonFacts(found),
    type: 'application',
    kindMatches: true,
    status: found.applicationStatus,
    pinned: found.dockerImage,
    pinIsUsed: found.sourceType === 'docker',
    doneMeansHealthy: false,
    // `deploy` pulls, `redeploy` does not; ours is the first.
    pulls: true,
    pullsAlways: false,
    mounts: (found.mounts ?? []).map(({ mountPath }) => mountPath),
    hosts: hostsIn(found.env ?? ''),
    missingVariables: [],
    ownLogin: loginOf(found),
    revision: readVariable(found.env ?? '', 'EHR_REVISION') ?? null,
    // Dokploy gives applications update rules that do.
    takesBack: true,
  };
}

async function inspectCompose(api: DokployApi, options: PinnedServiceOptions): Promise<ServiceFacts> {
  const { id, kind, variablePrefix } = options;
  const found = await api.compose(id);
  const command = found.command ?? '';
  const file = found.composeFile ?? '';
  const variable = `${variablePrefix}_IMAGE_TAG`;
  const waits = command.includes(' --wait ') && command.includes('--wait-timeout');
  const isStack = found.composeType === 'stack';
  const pullsAlways = command.includes('--pull always') || /pull_policy:\s*['"]?always/.test(file);
  const name = options.composeService ?? options.service;
  return {
    ...commonFacts(found),
    type: isStack ? 'stack' : 'compose',
    kindMatches: isStack === (kind === 'stack'),
    status: found.composeStatus,
    pinned: readVariable(found.env ?? '', variable) ?? null,
    pinIsUsed: found.sourceType === 'raw' ? usesVariable(file, variable) : null,
    doneMeansHealthy: !isStack && (command === composeCommand(found.appName) || waits),
    // A stack resolves its tags at every deploy.
    pulls: isStack || pullsAlways,
    pullsAlways: !isStack && pullsAlways,
    mounts: found.sourceType === 'raw' ? mountsOf(file, name) : null,
    hosts: {
      ...hostsIn(found.env ?? ''),
      ...plainHosts(file, name, (variable) => readVariable(found.env ?? '', variable)),
    },
    missingVariables: missingVariables(file, found.env ?? ''),
    ownLogin: null,
    revision: readVariable(found.env ?? '', `${variablePrefix}_REVISION`) ?? null,
    takesBack: isStack && found.sourceType === 'raw' ? takesBack(file, name) : null,
  };
}

function loginOf({ registryId, username, password }: ApplicationAnswer): ServiceFacts['ownLogin'] {
  if (registryId != null) return { registryId };
  return username ? { username, password: new Secret(password ?? '') } : null;
}

function commonFacts({ name, environment, autoDeploy, env }: ComposeAnswer | ApplicationAnswer) {
  const project = environment?.project;
  return {
    name,
    place: project ? `${project.name} / ${environment.name}` : null,
    autoDeploy: autoDeploy === true,
    variables: [...new Set(entriesOf(env ?? '').map(([variable]) => variable))],
    acceptsEmbeddedDatabase: readVariable(env ?? '', 'EHR_ALLOW_EMBEDDED_DATABASE') === 'true',
    filled: entriesOf(env ?? '').flatMap(([variable, value]) => (value === '' ? [] : [variable])),
  };
}

function hostsIn(env: string): Readonly<Record<string, string>> {
  const found = entriesOf(env).map(([variable, value]) => [variable, plainHost(value)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== null));
}
