import { parseReference, type TargetState } from '@ehr/delivery-core';
import type { Compose } from './compose.ts';

/** The parts of `docker inspect` a rollout decides with. */
export interface Container {
  readonly Id: string;
  readonly RestartCount: number;
  readonly Config: { readonly Image: string; readonly Env?: readonly string[] };
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly ExitCode: number;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' | 'none' };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>>;
  };
}

/** The service's container, running or not; null when there is none. */
export async function inspectContainer(compose: Compose, service: string): Promise<Container | null> {
  const [id] = (await compose.run('ps', '--all', '--quiet', service)).split('\n').filter(Boolean);
  if (id === undefined) return null;
  const [container] = JSON.parse(await compose.docker('inspect', id)) as Container[];
  return container ?? null;
}

/** What the engine tells of a container, as far as a rollout depends on it. */
type ContainerState =
  { kind: 'healthy'; message?: undefined } | { kind: 'waiting' | 'crashes' | 'unhealthy'; message: string };

/**
 * What the engine's account of a container says about a rollout.
 * An image without a health check cannot be judged here: it counts as healthy once it runs; the verification
 * asks it anyway.
 */
export function judgeContainer(container: Container | null): ContainerState {
  if (container === null) return { kind: 'crashes', message: 'has no container' };
  const { Status, ExitCode, Health } = container.State;
  if (container.RestartCount > 0 || Status === 'restarting') {
    return {
      kind: 'crashes',
      message: `crashes as it starts (exit code ${ExitCode}, ${container.RestartCount} restarts)`,
    };
  }
  if (Status === 'exited' || Status === 'dead')
    return { kind: 'crashes', message: `ended with exit code ${ExitCode}` };
  if (Health?.Status === 'unhealthy')
    return { kind: 'unhealthy', message: 'runs but its health check fails' };
  if (Status === 'running' && (Health === undefined || Health.Status === 'healthy'))
    return { kind: 'healthy' };
  return { kind: 'waiting', message: `is ${Health?.Status ?? Status}` };
}

/** Every service listens on it in its container. */
const CONTAINER_PORT = 3000;

/** What the service's container was started with, and where it answers. */
export async function inspectService(
  compose: Compose,
  { service, healthPath }: { readonly service: string; readonly healthPath: string },
): Promise<TargetState> {
  const container = await inspectContainer(compose, service);
  if (container === null) return { image: null, healthUrl: null, revision: null, version: null };
  const environment = new Map(
    (container.Config.Env ?? []).map((entry) => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
  const published = container.NetworkSettings.Ports[`${CONTAINER_PORT}/tcp`]?.[0];
  return {
    image: parseReference(container.Config.Image) ?? null,
    healthUrl:
      published === undefined
        ? null
        : `http://${reachable(published.HostIp)}:${published.HostPort}${healthPath}`,
    revision: environment.get('EHR_REVISION') ?? null,
    version: environment.get('EHR_VERSION') ?? null,
  };
}

/** The host of a URL: a wildcard address is for listening, so one asks loopback; IPv6 stands in brackets. */
function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '::' || address === '') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
