import type { Environment } from '@ehr/delivery-core';
import { plainHost } from '@ehr/delivery-dokploy';

/** The network that all services of a Dokploy server are in which have a domain. */
const SHARED_NETWORK = 'dokploy-network';

/**
 * The name by which other services find this one on the network that all environments share. Its name in the compose
 * file is the same in every environment there, and may lead to another one's records.
 */
export function ownName(service: string, environment: Environment): string {
  return `${service}-${environment}`;
}

/** The networks of a compose file's service that is found by its own name; `driver` is what a stack's own network needs. */
export function networksOf(service: string, environment: Environment) {
  return {
    service: { default: {}, [SHARED_NETWORK]: { aliases: [ownName(service, environment)] } },
    document: { [SHARED_NETWORK]: { external: true } },
  };
}

/** An address as it is to be in the environment: one that names a service names that environment's own. */
export function ownAddress(
  address: string,
  services: readonly string[],
  environment: Environment,
  nameOf: (service: string) => string = (service) => ownName(service, environment),
): string {
  const host = plainHost(address);
  return host !== null && services.includes(host)
    ? address.replace(`//${host}`, `//${nameOf(host)}`)
    : address;
}
