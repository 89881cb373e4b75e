import { parseReference, type TargetState } from '@ehr/delivery-core';
import type { Compose } from './compose.ts';
import { inspectContainer } from './inspect-container.ts';

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

/** A wildcard address is for listening; one asks loopback. */
function reachable(address: string): string {
  return address === '0.0.0.0' || address === '::' || address === '' ? '127.0.0.1' : address;
}
