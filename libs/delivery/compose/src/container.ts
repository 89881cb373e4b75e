import {
  dataPlaceOf,
  type Digest,
  isPinned,
  keepsData,
  parseReference,
  type Reference,
  type Replica,
  type TargetState,
} from '@ehr/delivery-core';
import type { Compose } from './compose.ts';

/** The parts of `docker inspect` a rollout decides with. */
export interface Container {
  readonly Id: string;
  /** The engine's name of its image: `sha256:…`, of the index or of the config, by the engine's store. */
  readonly Image: string;
  readonly RestartCount: number;
  readonly Config: {
    readonly Image: string;
    readonly Env?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly ExitCode: number;
    /** The engine's words about a start that failed; empty when there was none. */
    readonly Error?: string;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' | 'none' };
  };
  readonly Mounts?: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Destination: string;
  }[];
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>>;
  };
}

/** The service's containers, running or not. */
async function inspectContainers(compose: Compose, service: string): Promise<readonly Container[]> {
  const ids = await compose.containers(service);
  return ids.length === 0 ? [] : (JSON.parse(await compose.docker('inspect', ...ids)) as Container[]);
}

/** The service's container, running or not; null when there is none. */
export async function inspectContainer(compose: Compose, service: string): Promise<Container | null> {
  const [container] = await inspectContainers(compose, service);
  return container ?? null;
}

/** The service's containers in the core's words. */
export async function replicasOf(compose: Compose, service: string): Promise<readonly Replica[]> {
  return (await inspectContainers(compose, service)).map(({ Config, State, RestartCount }) => ({
    image: parseReference(Config.Image) ?? null,
    state: stateOf(State),
    restarts: RestartCount,
  }));
}

function stateOf({ Status, Health }: Container['State']): Replica['state'] {
  if (Status === 'exited' || Status === 'dead' || Status === 'removing') return 'ended';
  return Status === 'running' && Health?.Status !== 'starting' ? 'running' : 'starting';
}

/** Every service listens on it in its container. */
const CONTAINER_PORT = 3000;

/** What the service's container was started with, and where it answers. */
export async function inspectService(
  compose: Compose,
  { service, healthPath }: { readonly service: string; readonly healthPath: string },
): Promise<TargetState> {
  const container = await inspectContainer(compose, service);
  if (container === null) return inspectFirstRun(compose, service);
  const variables = variablesOf(container.Config.Env ?? []);
  const published = container.NetworkSettings.Ports[`${CONTAINER_PORT}/tcp`]?.[0];
  const image = parseReference(container.Config.Image) ?? null;
  return {
    image,
    digest: await digestOf(compose, container.Image, image),
    environment: variables.get('EHR_ENVIRONMENT') ?? null,
    healthUrl:
      published === undefined
        ? null
        : `http://${reachable(published.HostIp)}:${published.HostPort}${healthPath}`,
    revision: variables.get('EHR_REVISION') ?? null,
    version: variables.get('EHR_VERSION') ?? null,
    keepsData: keepsData(dataPlaceOf(container.Config.Labels), {
      mounts: (container.Mounts ?? []).filter(isLasting).map(({ Destination }) => Destination),
      setting: (name) => variables.get(name),
    }),
  };
}

/** Nothing runs yet: only what the compose file will start it with is known. */
async function inspectFirstRun(compose: Compose, service: string): Promise<TargetState> {
  const nothing = { image: null, digest: null, environment: null, healthUrl: null };
  return { ...nothing, revision: null, version: null, keepsData: await willKeepData(compose, service) };
}

/** What `docker compose config` says of a service, as far as its data depends on it. */
interface PlannedService {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly volumes?: readonly { readonly type: string; readonly source?: string; readonly target: string }[];
}

/** Null when the image, which says whether it needs a place, is not on the host yet. */
async function willKeepData(compose: Compose, service: string): Promise<boolean | null> {
  const config = JSON.parse(await compose.run('config', '--format', 'json')) as {
    services?: Readonly<Record<string, PlannedService>>;
  };
  const { image = '', environment = {}, volumes = [] } = config.services?.[service] ?? {};
  const [found] = await inspectImage(compose, image);
  const lasting = volumes.filter(({ type, source }) => type !== 'tmpfs' && (source ?? '') !== '');
  return keepsData(dataPlaceOf(found?.Config?.Labels), {
    mounts: lasting.map(({ target }) => target),
    setting: (name) => environment[name] ?? undefined,
  });
}

/** The parts of `docker image inspect` that are needed. */
interface EngineImage {
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: Pick<Container['Config'], 'Labels'> | null;
}

/** None when the host does not have it. */
async function inspectImage(compose: Compose, name: string): Promise<readonly EngineImage[]> {
  return compose.docker('image', 'inspect', name).then(
    (text) => JSON.parse(text) as EngineImage[],
    () => [],
  );
}

/** Whether the host has the image of that name, so that nobody need be asked for it. */
export async function hasImage(compose: Compose, name: string): Promise<boolean> {
  return (await inspectImage(compose, name)).length > 0;
}

/** A container started by tag runs a digest, too: the engine remembers under which one it pulled the image. */
async function digestOf(compose: Compose, id: string, image: Reference | null): Promise<Digest | null> {
  if (image === null) return null;
  if (isPinned(image)) return image.digest;
  const [found] = await inspectImage(compose, id);
  const digests = (found?.RepoDigests ?? []).map((text) => parseReference(text));
  const own = digests.find((one) => one?.registry === image.registry && one.repository === image.repository);
  return own?.digest ?? null;
}

/** An anonymous volume, which has a digest for a name, goes with the container. */
function isLasting({ Type, Name = '' }: NonNullable<Container['Mounts']>[number]): boolean {
  return Type === 'bind' || (Type === 'volume' && !/^[0-9a-f]{64}$/.test(Name));
}

function variablesOf(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** A wildcard address is for listening; one asks loopback. */
function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
